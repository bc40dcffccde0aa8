#include <gtest/gtest.h>

#include <random>

#include "firmware/core/base/coding.h"
#include "firmware/core/json/json.h"

namespace counterfoil::json {
namespace {

// What parse() says, after seeing that check() says the same of all but a name that stands twice.
base::Status parsed(std::string_view text, const Limits& limits = {}) {
    const auto document = Document::parse(text, limits);
    const auto checked = check(text, limits);
    if (document.ok()) {
        EXPECT_TRUE(checked.ok()) << text;
        return {};
    }
    if (document.error().message().find("stands twice") == std::string::npos) {
        EXPECT_FALSE(checked.ok()) << text;
    }
    return document.error();
}

std::optional<std::int64_t> whole(std::string_view text) {
    const auto document = Document::parse(text);
    return document.ok() ? document.value().root().integer() : std::nullopt;
}

std::string repeated(std::string_view piece, int times) {
    std::string text;
    for (int i = 0; i < times; ++i) text += piece;
    return text;
}

TEST(JsonIntegers, AreExactUpTo2To53AndRefusedAbove) {
    for (std::int64_t offset = 0; offset < 2000; ++offset) {
        for (std::int64_t sign : {1, -1}) {
            const std::int64_t value = sign * (kMaxInteger - offset);
            ASSERT_EQ(whole(std::to_string(value)), value);
            Object object;
            object.set("n", value);
            ASSERT_EQ(object.write().value(), "{\"n\":" + std::to_string(value) + "}");
            if (offset > 0) {
                const auto over = parsed(std::to_string(sign * (kMaxInteger + offset)));
                ASSERT_EQ(over.error().code(), base::Code::overflow);
            }
        }
    }
    EXPECT_NE(parsed("9007199254740993").error().message().find("2^53"), std::string::npos);
}

TEST(JsonIntegers, AreFoundOverTheBoundAtAnyDepth) {
    for (const char* bad : {"[1,[9007199254740993]]", "{\"a\":{\"b\":-9007199254740993}}",
                            "9223372036854775808", "-9223372036854775809"})
        EXPECT_EQ(parsed(bad).error().code(), base::Code::overflow) << bad;
}

TEST(JsonIntegers, AreNotMadeOfOtherNumbers) {
    EXPECT_EQ(whole("-0"), 0);
    EXPECT_EQ(whole("0"), 0);
    for (const char* none : {"0.5", "-1.25", "1e99", "-1e99", "1e16", "2.5e0", "\"1\"", "true",
                             "null", "[1]", "{\"a\":1}"}) {
        EXPECT_TRUE(parsed(none).ok()) << none;
        EXPECT_FALSE(whole(none)) << none;
    }
}

TEST(JsonNumbers, HaveTheStandardsFormOnly) {
    for (const char* good : {"1e5", "1E5", "1e+5", "1e-5", "0.0", "-0.0", "10", "0e0", "1.10"})
        EXPECT_TRUE(parsed(good).ok()) << good;
    for (const char* bad : {"00",    "-01",       "0123", "--1", "-+1",          "1.e5", "1.5.5",
                            "1e5.5", "1e1000",    "1e-",  "e5",  "1f",           "1,",   "0b1",
                            "1_000", "-Infinity", "-NaN", "-a",  "\xef\xbc\x91", "1e٣"})
        EXPECT_EQ(parsed(bad).error().code(), base::Code::malformed) << bad;
}

TEST(JsonTexts, MayHoldAnyCharacterByItsEscape) {
    for (unsigned unit = 0; unit < 0x10000; unit += unit < 0x120 || unit >= 0xd7f0 ? 1 : 37) {
        std::string escape = "\"\\u0000\"";
        const std::array<std::uint8_t, 2> bytes{static_cast<std::uint8_t>(unit >> 8),
                                                static_cast<std::uint8_t>(unit)};
        escape.replace(3, 4, base::to_hex(bytes));
        const bool surrogate = unit >= 0xd800 && unit < 0xe000;
        const auto document = Document::parse(escape);
        ASSERT_EQ(document.ok(), unit != 0 && !surrogate) << escape;
        if (!document.ok()) continue;
        const std::string_view text = document.value().root().text().value();
        ASSERT_TRUE(base::is_utf8(text));
        ASSERT_EQ(text.size(), unit < 0x80 ? 1u : unit < 0x800 ? 2u : 3u) << escape;
    }
}

TEST(JsonTexts, TakeSurrogatesInPairsOnly) {
    const auto burger = Document::parse("\"\\uD83C\\uDF54\"");
    ASSERT_TRUE(burger.ok());
    EXPECT_EQ(burger.value().root().text(), "\xf0\x9f\x8d\x94");
    EXPECT_TRUE(parsed("\"\\udbff\\udfff\"").ok());
    for (const char* bad : {"\"\\ud800\\ud800\"", "\"\\udf54\\ud83c\"", "\"\\ud83cx\"",
                            "\"\\ud83c\\n\"", "\"\\ud83c\\u\"", "\"\\ud83c\"", "\"\\ud83c\\udf5\"",
                            "{\"\\ud83c\":1}", "\"\\u+123\"", "\"\\u-123\"", "\"\\u 123\"",
                            "\"\\u0x12\"", "\"\\U0041\"", "\"\\u\"", "\"\\'\"", "\"\\0\""})
        EXPECT_EQ(parsed(bad).error().code(), base::Code::malformed) << bad;
}

TEST(JsonTexts, HoldNoBareControlCharacter) {
    for (int c = 0; c < 256; ++c) {
        const std::string text = std::string("\"") + static_cast<char>(c) + "\"";
        const bool plain = c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
        EXPECT_EQ(parsed(text).ok(), plain) << c;
        EXPECT_EQ(parsed("{" + text + ":1}").ok(), plain) << c;
    }
}

TEST(JsonBounds, CountBracketsOfBothKinds) {
    const Limits limits{.max_bytes = 1000, .max_depth = 5};
    EXPECT_TRUE(parsed(repeated("[", 5) + repeated("]", 5), limits).ok());
    EXPECT_TRUE(parsed(repeated("{\"a\":", 5) + "1" + repeated("}", 5), limits).ok());
    EXPECT_TRUE(parsed("[[],[[],[]],{\"a\":[[[]]]}]", limits).ok());
    for (const std::string& deep :
         {repeated("[", 6) + repeated("]", 6), repeated("{\"a\":", 6) + "1" + repeated("}", 6),
          std::string("[[[[[1,{}]]]]]"), repeated("[", 900)})
        EXPECT_EQ(parsed(deep, limits).error().code(), base::Code::too_large) << deep;
    EXPECT_TRUE(parsed("1", {.max_depth = 0}).ok());
    EXPECT_FALSE(parsed("[]", {.max_depth = 0}).ok());
    EXPECT_TRUE(parsed(repeated("[", 64) + repeated("]", 64), {.max_depth = 64}).ok());
    EXPECT_DEATH((void)check("1", {.max_depth = 65}), "check failed");
}

TEST(JsonBounds, CountEveryByte) {
    EXPECT_TRUE(parsed("[1,2] ", {.max_bytes = 6}).ok());
    const auto over = parsed("[1,2]  ", {.max_bytes = 6});
    EXPECT_EQ(over.error().code(), base::Code::too_large);
    EXPECT_NE(over.error().message().find("over 6 bytes"), std::string::npos);
    EXPECT_TRUE(parsed(std::string(64 * 1024 - 1, ' ') + "1").ok());
    EXPECT_FALSE(parsed(std::string(64 * 1024, ' ') + "1").ok());
}

TEST(JsonNames, StandOnceAtAnyDepthHoweverTheyAreWritten) {
    for (const char* bad :
         {"{\"\":1,\"\":2}", "{\"é\":1,\"\\u00e9\":2}", "{\"\\u00E9\":1,\"\\u00e9\":2}",
          "{\"/\":1,\"\\/\":2}", "[[{\"x\":[{\"a\":1,\"b\":[],\"a\":{}}]}]]",
          "{\"\\ud83c\\udf54\":1,\"\xf0\x9f\x8d\x94\":2}"}) {
        const auto twice = parsed(bad);
        ASSERT_FALSE(twice.ok()) << bad;
        EXPECT_EQ(twice.error().code(), base::Code::malformed);
        EXPECT_NE(twice.error().message().find("stands twice"), std::string::npos);
    }
    EXPECT_TRUE(parsed("[{\"a\":1},{\"a\":2},{\"a\":{\"a\":{\"A\":1,\"a\":2}}}]").ok());
    EXPECT_TRUE(parsed("{\"a\":1,\"a \":2,\" a\":3,\"\":4}").ok());
}

TEST(JsonMembers, AreNamedWhereTheyAreMissedOrOfAnotherKind) {
    const auto document = Document::parse("{\"t\":1,\"i\":\"x\",\"o\":[],\"a\":{},\"f\":1.5}");
    const Value root = document.value().root();
    EXPECT_EQ(root.text("t").error().line(), "malformed: \"t\" is missing or is not a text");
    EXPECT_EQ(root.integer("i").error().line(),
              "malformed: \"i\" is missing or is not a whole number");
    EXPECT_EQ(root.integer("f").error().line(),
              "malformed: \"f\" is missing or is not a whole number");
    EXPECT_EQ(root.object("o").error().line(), "malformed: \"o\" is missing or is not an object");
    EXPECT_EQ(root.array("a").error().line(), "malformed: \"a\" is missing or is not an array");
    EXPECT_EQ(root.array("z").error().line(), "malformed: \"z\" is missing or is not an array");
    const Value list = root.array("o").value();
    EXPECT_FALSE(list.find("t"));
    EXPECT_FALSE(list.text("t").ok());
    EXPECT_FALSE(list.first());
    EXPECT_FALSE(root.find("t")->boolean());
    EXPECT_FALSE(root.find("t")->text());
}

TEST(JsonMembers, AreWalkedInTheirOrder) {
    const auto document = Document::parse("{\"z\":1,\"a\":2,\"m\":[3,4,5]}");
    std::string names;
    std::int64_t sum = 0;
    for (auto v = document.value().root().first(); v; v = v->next()) {
        names += v->name();
        sum += v->integer().value_or(0);
        for (auto inner = v->first(); inner; inner = inner->next()) {
            sum += inner->integer().value();
            EXPECT_EQ(inner->name(), "");
        }
    }
    EXPECT_EQ(names, "zam");
    EXPECT_EQ(sum, 15);
    EXPECT_EQ(document.value().root().name(), "");
}

TEST(JsonDocument, OutlivesItsTextAndIsMoved) {
    auto text = std::make_unique<std::string>("{\"name\":\"Ödön\"}");
    auto document = Document::parse(*text);
    text.reset();
    const Document moved = std::move(document).value();
    EXPECT_EQ(moved.root().text("name").value(), "Ödön");
}

}  // namespace
}  // namespace counterfoil::json
