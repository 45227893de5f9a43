"""Two people in two browser profiles, without reloading."""

from playwright.sync_api import expect


def test_two_people_find_each_other_and_talk(registers):
    alice, bob = registers("alice"), registers("bob", size="phone")

    bob.finds(alice.name)
    bob.writes("Hello, alice!")
    expect(bob.status("Hello, alice!")).to_have_attribute("data-status", "delivered")

    expect(alice.chat_row(bob.name).get_by_test_id("unread-badge")).to_contain_text("1")
    expect(alice.chat_row(bob.name)).to_contain_text("Hello, alice!")
    expect(alice.page).to_have_title("(1) Parley")

    alice.opens_chat(bob.name)
    alice.sees("Hello, alice!")
    expect(bob.status("Hello, alice!")).to_have_attribute("data-status", "read")
    expect(alice.chat_row(bob.name).get_by_test_id("unread-badge")).to_have_count(0)
    expect(alice.page).to_have_title("Parley")

    alice.writes("Hello, bob!")
    bob.sees("Hello, bob!")
    expect(alice.status("Hello, bob!")).to_have_attribute("data-status", "read")


def test_what_was_not_looked_at_is_not_read(registers):
    alice, bob = registers("alice"), registers("bob")
    bob.finds(alice.name)
    bob.writes("first")
    alice.opens_chat(bob.name)
    expect(bob.status("first")).to_have_attribute("data-status", "read")

    alice.hides_tab()
    bob.writes("second")
    expect(bob.status("second")).to_have_attribute("data-status", "delivered")
    alice.shows_tab()

    expect(bob.status("second")).to_have_attribute("data-status", "read")


def test_enter_sends_and_shift_enter_begins_a_line(registers, stack):
    alice, dave = registers("alice"), stack.person("dave")
    alice.finds(dave.username)
    composer = alice.page.get_by_test_id("composer")

    composer.type("one")
    composer.press("Shift+Enter")
    composer.type("two")
    composer.press("Enter")

    expect(alice.message("one")).to_contain_text("one\ntwo", use_inner_text=True)
    expect(composer).to_have_value("")


def test_a_draft_waits_in_its_chat(registers, stack):
    alice, carol, dave = registers("alice"), stack.person("carol"), stack.person("dave")
    carol.sends(alice.user_id, "hi from carol")
    dave.sends(alice.user_id, "hi from dave")

    alice.opens_chat(carol.username)
    alice.page.get_by_test_id("composer").fill("not finished")
    alice.opens_chat(dave.username)
    expect(alice.page.get_by_test_id("composer")).to_have_value("")
    expect(alice.chat_row(carol.username)).to_contain_text("Draft: not finished")

    alice.page.reload()
    alice.opens_chat(carol.username)
    expect(alice.page.get_by_test_id("composer")).to_have_value("not finished")


def test_older_messages_come_while_scrolling_back(registers, stack):
    alice, dave = registers("alice"), stack.person("dave")
    for number in range(150):
        dave.sends(alice.user_id, f"message number {number:03}")
    alice.opens_chat(dave.username)
    alice.page.get_by_test_id("timeline").hover()
    expect(alice.page.get_by_text("New messages")).to_be_visible()

    oldest = alice.message("message number 000")
    for _ in range(40):
        alice.page.mouse.wheel(0, -2_000)
        if oldest.count():
            break
        expect(alice.page.get_by_label("Loading older messages")).to_have_count(0)
    expect(oldest).to_be_attached()
    expect(alice.page.get_by_test_id("message")).to_have_count(150)

    alice.page.get_by_test_id("timeline").evaluate("element => { element.scrollTop = 0 }")
    expect(oldest).to_be_in_viewport()
    alice.page.get_by_test_id("jump-to-end").click()
    expect(alice.message("message number 149")).to_be_in_viewport()


def test_the_reader_stays_where_they_are_when_a_message_arrives(registers, stack):
    alice, dave = registers("alice"), stack.person("dave")
    for number in range(60):
        dave.sends(alice.user_id, f"message number {number:03}")
    alice.opens_chat(dave.username)
    timeline = alice.page.get_by_test_id("timeline")
    timeline.evaluate("element => { element.scrollTop = 600 }")
    expect(alice.page.get_by_test_id("jump-to-end")).to_be_visible()
    place = timeline.evaluate("element => element.scrollTop")

    dave.sends(alice.user_id, "something new")
    expect(alice.message("something new")).to_be_attached()

    assert timeline.evaluate("element => element.scrollTop") == place
    expect(alice.page.get_by_test_id("jump-to-end")).to_contain_text("new")


def test_a_reply_shows_what_it_answers_on_both_sides(registers):
    alice, bob = registers("alice"), registers("bob")
    bob.finds(alice.name)
    bob.writes("Tea or coffee?")
    alice.opens_chat(bob.name)

    alice.message("Tea or coffee?").hover()
    alice.message("Tea or coffee?").get_by_role("button", name="Reply").click()
    alice.writes("Both.")

    for side in (alice, bob):
        expect(side.message("Both.")).to_contain_text("Tea or coffee?")


def test_a_blocked_person_does_not_get_through(registers):
    alice, bob = registers("alice"), registers("bob")
    bob.finds(alice.name)
    bob.writes("hello")
    alice.opens_chat(bob.name)
    alice.opens_details()
    alice.page.get_by_role("button", name="Block").click()
    expect(alice.page.get_by_text("You have blocked this person.")).to_be_visible()

    bob.writes("are you there?")
    expect(bob.status("are you there?")).to_have_attribute("data-status", "sent")
    alice.page.get_by_role("main").get_by_role("button", name="Unblock").click()
    bob.writes("and now?")

    alice.sees("and now?")
    expect(alice.message("are you there?")).to_have_count(0)


def test_an_address_of_nobody_says_so(registers):
    alice = registers("alice")

    alice.goes_to("chat/aaaaa-aa")

    expect(alice.page.get_by_role("heading", name="Nothing to see here")).to_be_visible()
