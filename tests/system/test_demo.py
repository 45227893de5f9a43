"""`make demo`: people and talk for somebody who looks around, and it may be run again."""

from parley.demo import demo


def test_everybody_writes_to_whoever_asks_and_a_second_demo_adds_only_the_next(stack, tmp_path):
    alice, bob = stack.person("alice"), stack.person("bob")

    demo(stack.url, stack.deployment, tmp_path, talk_to=alice.username)
    demo(stack.url, stack.deployment, tmp_path, talk_to=bob.username)
    demo(stack.url, stack.deployment, tmp_path, talk_to=bob.username)

    assert chats_of(alice) == chats_of(bob) == {"direct_chats": 4, "group_chats": 1}


def chats_of(person):
    chats = person.chats()
    return {kind: len(chats[kind]) for kind in ("direct_chats", "group_chats")}
