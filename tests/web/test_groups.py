"""Groups: making one, adding people, talking, leaving, and coming back through the search."""

from itertools import count

from playwright.sync_api import expect

_numbers = count(1)


def group_name(theme: str) -> str:
    return f"{theme} {next(_numbers):04}"


def test_people_who_are_added_to_a_private_group_talk_there(registers):
    alice, bob = registers("alice"), registers("bob")
    name = group_name("budget")

    alice.creates_group(name, is_public=False, members=(bob.name,))
    expect(alice.event_line(f"You added {bob.name}")).to_be_visible()
    bob.opens_chat(name)
    expect(bob.event_line(f"{alice.name} added you")).to_be_visible()

    alice.writes("Welcome!")
    bob.sees("Welcome!")
    bob.writes("Thank you.")
    expect(alice.message("Thank you.")).to_contain_text(bob.name)
    expect(alice.status("Welcome!")).to_have_attribute("data-status", "sent")


def test_somebody_added_later_sees_no_hidden_history(registers):
    alice, carol = registers("alice"), registers("carol")
    name = group_name("surprise")
    alice.goes_to("new-group")
    alice.page.get_by_label("Name", exact=True).fill(name)
    alice.page.get_by_role("switch", name="New members see what was said before").click()
    alice.page.get_by_role("button", name="Create group").click()
    alice.writes("what shall we give carol?")
    expect(alice.status("what shall we give carol?")).to_have_attribute("data-status", "sent")

    alice.opens_details()
    alice.page.get_by_role("button", name="Add", exact=True).click()
    dialog = alice.page.get_by_role("dialog", name="Add people")
    dialog.get_by_role("searchbox").fill(carol.name)
    dialog.get_by_role("list", name="People found").get_by_role("button", name=carol.name).click()
    dialog.get_by_role("button", name="Add", exact=True).click()
    members = alice.page.get_by_test_id("members")
    expect(members).to_contain_text(carol.name)
    expect(members).to_contain_text("Owner")

    carol.opens_chat(name)
    alice.writes("hello carol")
    carol.sees("hello carol")
    expect(carol.message("what shall we give carol?")).to_have_count(0)


def test_a_public_group_is_found_previewed_joined_left_and_joined_again(registers):
    alice, bob = registers("alice"), registers("bob", size="phone")
    name = group_name("hiking")
    alice.creates_group(name, is_public=True, description="Around the lake")
    alice.writes("Saturday at nine")
    expect(alice.status("Saturday at nine")).to_have_attribute("data-status", "sent")

    bob.searches_groups(name[2:]).get_by_role("button", name=name).click()
    preview = bob.page.get_by_test_id("group-preview")
    for fact in ("Around the lake", "1 member", "Saturday at nine"):
        expect(preview).to_contain_text(fact)
    preview.get_by_role("button", name="Join group").click()
    bob.sees("Saturday at nine")
    expect(bob.event_line("You joined")).to_be_visible()
    expect(alice.event_line(f"{bob.name} joined")).to_be_visible()
    bob.writes("I am in")
    alice.sees("I am in")

    bob.leaves()
    expect(bob.chat_row(name)).to_have_count(0)
    expect(alice.event_line(f"{bob.name} left")).to_be_visible()

    bob.searches_groups(name).get_by_role("button", name=name).click()
    bob.page.get_by_role("button", name="Join group").click()
    bob.sees("I am in")
    bob.writes("back again")
    alice.sees("back again")


def test_the_owner_cannot_leave_and_is_told_why(registers):
    alice = registers("alice")
    alice.creates_group(group_name("mine"), is_public=True)

    alice.leaves()

    expect(alice.page.get_by_text("You own this group")).to_be_visible()
    expect(alice.page.get_by_test_id("composer")).to_be_visible()


def test_a_name_that_is_taken_is_refused_with_the_reason(registers):
    alice, bob = registers("alice"), registers("bob")
    name = group_name("unique")
    alice.creates_group(name, is_public=True)

    bob.goes_to("new-group")
    bob.page.get_by_label("Name", exact=True).fill(name)
    bob.page.get_by_text("Public", exact=True).click()
    bob.page.get_by_role("button", name="Create group").click()

    expect(bob.page.get_by_text("A public group has this name already.")).to_be_visible()


def test_unread_messages_of_a_group_are_counted_and_marked(registers):
    alice, bob = registers("alice"), registers("bob")
    name = group_name("news")
    alice.creates_group(name, is_public=False, members=(bob.name,))
    expect(bob.chat_row(name)).to_be_visible()

    for text in ("one", "two", "three"):
        alice.writes(text)
    expect(bob.chat_row(name).get_by_test_id("unread-badge")).to_contain_text("3")
    expect(bob.chat_row(name)).to_contain_text(f"{alice.name}: three")

    bob.opens_chat(name)
    expect(bob.page.get_by_text("New messages")).to_be_visible()
    expect(bob.chat_row(name).get_by_test_id("unread-badge")).to_have_count(0)
