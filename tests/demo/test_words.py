"""Two languages: every text has its Chinese and every Chinese its text, and none reaches the other's page."""

import json
import re
from html import escape

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from demo.languages import wanted
from demo.words import FOLDER, catalogue, known, said, say, translate
from tests.demo import site
from tests.demo.site import call
from tests.demo.texts import HAN, NAMES, WORD, in_english, lines_of_others, of_checkpoints, of_trials, sentences
from tests.demo.texts import written as texts_of_demo

ROOMS = sorted(path.stem for path in (FOLDER / "zh").glob("*.json"))


def values(text):
    """The places in a text that values take."""
    return set(re.findall(r"\$?\{[^{}]*\}", text))


def test_every_text_has_its_chinese():
    texts = {*texts_of_demo(), *of_trials(), *of_checkpoints(), *sentences()}
    missing = {text for text in texts - set(catalogue("zh")) if WORD.search(NAMES.sub("", text))}
    assert not missing, "add their Chinese to demo/locale/zh"


def test_no_entry_of_the_catalogue_is_unused():
    texts = {*texts_of_demo(), *of_trials(), *of_checkpoints(), *sentences()}
    unused = {english for room in ROOMS if room != "others" for english in catalogue("zh", room)} - texts
    assert not unused, "no text of the page is this: take it out of demo/locale/zh"


def test_the_lines_of_other_rooms_are_theirs():
    lines = lines_of_others()
    for text in catalogue("zh", "others"):
        pattern = re.compile(re.sub(r"\\\{\w+\\\}", ".+", re.escape(text)))
        assert any(map(pattern.fullmatch, lines)), text


def test_a_text_has_one_translation_which_takes_the_same_values():
    found = {}
    for room in ROOMS:
        for english, chinese in catalogue("zh", room).items():
            assert found.setdefault(english, chinese) == chinese, f"{english!r} has two translations"
            if room != "figures" and english != "{english}":
                assert values(english) == values(chinese), english


def test_catalogues_are_readable_json_without_repeated_keys():
    def once(pairs):
        assert len(dict(pairs)) == len(pairs), "a key stands twice"
        return dict(pairs)

    for room in ROOMS:
        json.loads((FOLDER / "zh" / f"{room}.json").read_text("utf-8"), object_pairs_hook=once)


def test_a_marked_text_is_found_wherever_it_stands():
    seed = say("Seed {seed}", seed=3)
    assert translate(f"<b title='{seed}'>{seed}</b>", "zh") == "<b title='种子 3'>种子 3</b>"
    assert translate({seed: [seed, 3, None], "pair": (seed, 1.5)}, "en") == {
        "Seed 3": ["Seed 3", 3, None],
        "pair": ("Seed 3", 1.5),
    }
    assert translate(said("alert('[[Copied]]')"), "zh") == "alert('已复制')"


def test_values_may_hold_texts_and_are_not_read_again():
    line = say("{what} is empty: {rule}.", what=say("Seed"), rule="{what}")
    assert translate(line, "en") == "Seed is empty: {what}." and translate(line, "zh") == "种子为空：{what}。"
    assert translate(say("{line}", line="{line.__class__} 100 %"), "en") == "{line.__class__} 100 %"


def test_a_text_that_was_escaped_is_still_found():
    text = "The same building, shown to the discriminator beside an example's label map."
    assert "判别器" in translate(escape(say(text)), "zh")
    assert translate(escape(say("{a} to {b} %", a="<i>", b=2)), "zh") == "&lt;i&gt; → 2 %"


def test_a_line_of_another_room_is_known_by_its_shape():
    assert translate(known("That picture has 30.5 megapixels: 25 at most."), "zh") == "图片有 30.5 百万像素：最多 25。"
    strange = "nothing has said this before"
    assert translate(known(strange), "en") == strange and translate(known(strange), "zh") == f"原始信息：{strange}"


@pytest.mark.parametrize(
    "link, accepted, expected",
    [
        ("", "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("", "en-GB,en;q=0.9,zh;q=0.1", "en"),
        ("", "fr-FR, fr;q=0.9, zh-TW;q=0.8, en;q=0.7", "zh"),
        ("", "zh;q=0, en", "en"),
        ("", "*", "en"),
        ("", None, "en"),
        ("", "zh;q=much", "en"),
        ("en", "zh-CN", "en"),
        ("zh", "en", "zh"),
        ("de", "zh-CN", "zh"),
    ],
)
def test_the_link_then_the_browser_chooses_the_language(link, accepted, expected):
    assert wanted(link, accepted) == expected


@pytest.fixture(scope="module")
def chinese(served):
    """A client whose browser asks for Chinese."""
    headers = {"accept-language": "zh-CN,zh;q=0.9,en;q=0.8"}
    return Client(served[0], verbose=False, analytics_enabled=False, headers=headers, httpx_kwargs={"timeout": 120})


def shown(config):
    """What a page's configuration shows of every component."""
    for component in config["components"]:
        props = component["props"]
        if props.get("visible") is False:
            continue
        for key in ("label", "info", "placeholder", "title", "x", "y", "x_title", "y_title", "color_title"):
            yield props.get(key)
        yield [name for name, *_ in props.get("choices") or []]
        if component["type"] in ("html", "markdown", "button", "downloadbutton"):
            yield props.get("value")
        yield from re.findall(r"[^=]>([^<>$`]+)</", props.get("html_template") or "")


def test_each_page_is_in_its_language_and_holds_no_token(served):
    url, found = served[0], {}
    for lang in ("en", "zh"):
        for path in ("", "config"):
            text = httpx.get(f"{url}/{path}?lang={lang}", timeout=60).text
            assert not re.search(r"[\ue000-\ue003]|\\ue00[0-3]", text)
        found[lang] = json.loads(text)
    assert not in_english(list(shown(found["zh"])))
    assert not HAN.search(json.dumps(list(shown(found["en"])), ensure_ascii=False).replace("中", ""))


def test_every_answer_is_in_the_visitor_s_language(chinese):
    again = re.compile(
        r"/page_.*_(choose|reset|reroll|grid|move|seed|first_.*|reroll_.*)|/(?!page_).*"
    )  # as open says it
    for name in site.unlisted(chinese.src_prefixed):
        if not again.fullmatch(name):
            found = call(chinese, name.removeprefix("/page_"))
            values = [v for v in found if not isinstance(v, str)] if isinstance(found, (list, tuple)) else found
            assert not in_english(values), f"{name} answers in English"


@pytest.mark.parametrize(
    "endpoint, bad, says",
    [
        ("dcgan_move", {"seed": -1}, "种子 -1 不可用：请给出 0 到"),
        ("cgan_grid", {"label": "zebra"}, "标签 zebra 不存在"),
        ("colorize_photo", {"photo": "data:image/png;base64,AAAA"}, "这个文件不是图片"),
        ("lab_divergences", {"shape": "draw_p", "p": "z"}, "手绘的 p 需要 48 个"),
        ("open_tab", {"tab": "vae"}, "没有标签页 vae"),
    ],
)
def test_errors_are_in_the_visitor_s_language(chinese, client, endpoint, bad, says):
    with pytest.raises(AppError, match=says):
        call(chinese, endpoint, **bad)
    with pytest.raises(AppError) as caught:
        call(client, endpoint, **bad)
    assert not HAN.search(str(caught.value)) and not re.search("[\ue000-\ue003]", str(caught.value))


def test_the_api_speaks_english_whoever_asks(chinese):
    listing = httpx.get(f"{chinese.src_prefixed}info", headers={"accept-language": "zh"}, timeout=60).text
    assert not HAN.search(listing) and not re.search(r"[\ue000-\ue003]|\\ue00[0-3]", listing)


def test_a_page_is_built_once_for_each_language_and_address(served):
    url = served[0]

    def page(query="", **headers):
        return httpx.get(f"{url}/{query}", headers=headers, timeout=60)

    first, again = page(), page("?tab=dcgan&seed=7")
    assert first.content == again.content
    assert {a.headers["vary"] for a in (first, again)} == {"Accept-Encoding, Accept-Language"}
    assert page(**{"accept-language": "zh"}).content == page("?lang=zh").content != first.content
    elsewhere = page(**{"x-forwarded-host": "atlas.example", "x-forwarded-proto": "https"}).text
    assert "https://atlas.example" in elsewhere and "atlas.example" not in page().text
    assert page("?deep_link=nothing").text != first.text, "a page of one visitor's own is not another's"
