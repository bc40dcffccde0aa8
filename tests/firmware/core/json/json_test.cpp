#include "firmware/core/json/json.h"

#include <gtest/gtest.h>

namespace counterfoil::json {
namespace {

base::Code code_of(std::string_view text, const Limits& limits = {}) {
    const auto document = Document::parse(text, limits);
    EXPECT_FALSE(document.ok()) << text;
    return document.ok() ? base::Code::refused : document.error().code();
}

TEST(JsonRead, TakesWhatTheStandardAllows) {
    for (const char* good : {"{}",
                             "[]",
                             "null",
                             "true",
                             "false",
                             "0",
                             "-0",
                             "1",
                             "-17",
                             "1.5",
                             "-0.25e-3",
                             "1E+2",
                             "\"\"",
                             "\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
                             "\"\\u00e1\"",
                             "\"\\ud83c\\udf54\"",
                             "\"Árvíztűrő\"",
                             " { \"a\" : [ 1 , 2 ] }\r\n\t",
                             "[[],{},[{}]]",
                             "{\"a\":1,\"A\":2}",
                             "9007199254740992",
                             "-9007199254740992"})
        EXPECT_TRUE(Document::parse(good).ok()) << good;
}

TEST(JsonRead, RefusesWhatItDoesNot) {
    for (const char* bad : {"",
                            " ",
                            "{",
                            "[",
                            "}",
                            "[1,]",
                            "[,1]",
                            "{\"a\":1,}",
                            "{\"a\"}",
                            "{a:1}",
                            "{1:2}",
                            "[1 2]",
                            "01",
                            "-",
                            "+1",
                            "1.",
                            ".5",
                            "1e",
                            "1e+",
                            "0x1",
                            "NaN",
                            "Infinity",
                            "nul",
                            "True",
                            "'a'",
                            "\"",
                            "\"\\\"",
                            "\"\\x\"",
                            "\"\\u12\"",
                            "\"\\u00g0\"",
                            "\"a\nb\"",
                            "\"\t\"",
                            "1 2",
                            "{} x",
                            "[1}",
                            "{\"a\":1]",
                            "\xff",
                            "\"\xc0\x80\"",
                            "\"\\ud800\"",
                            "\"\\udc00\"",
                            "\"\\ud800\\u0041\"",
                            "\"\\u0000\"",
                            "/**/1",
                            "{\"a\" 1}",
                            "1e9999"})
        EXPECT_EQ(code_of(bad), base::Code::malformed) << bad;
    EXPECT_EQ(code_of(std::string_view("\"a\0b\"", 5)), base::Code::malformed);
}

TEST(JsonRead, RefusesNumbersThatCannotBeExact) {
    EXPECT_EQ(code_of("9007199254740993"), base::Code::overflow);
    EXPECT_EQ(code_of("[-9007199254740993]"), base::Code::overflow);
    EXPECT_EQ(code_of("99999999999999999999999"), base::Code::overflow);
}

TEST(JsonRead, RefusesANameThatStandsTwice) {
    for (const char* bad :
         {"{\"a\":1,\"a\":2}", "[{\"b\":{\"a\":1,\"c\":2,\"a\":2}}]", "{\"a\":1,\"\\u0061\":2}"})
        EXPECT_EQ(code_of(bad), base::Code::malformed) << bad;
}

TEST(JsonRead, HasBounds) {
    const Limits limits{.max_bytes = 20, .max_depth = 3};
    EXPECT_TRUE(Document::parse("[[[1]]]", limits).ok());
    EXPECT_EQ(code_of("[[[[1]]]]", limits), base::Code::too_large);
    EXPECT_TRUE(Document::parse("\"" + std::string(18, 'x') + "\"", limits).ok());
    EXPECT_EQ(code_of("\"" + std::string(19, 'x') + "\"", limits), base::Code::too_large);
    EXPECT_EQ(code_of(std::string(60'000, '[')), base::Code::too_large);
}

TEST(JsonRead, GivesValuesByNameAndKind) {
    const auto document = Document::parse(
        "{\"t\":\"é\",\"i\":-5,\"b\":true,\"o\":{\"x\":1},\"a\":[1,\"z\"],\"n\":null,\"f\":1.5}");
    ASSERT_TRUE(document.ok());
    const Value root = document.value().root();
    EXPECT_EQ(root.text("t").value(), "é");
    EXPECT_EQ(root.integer("i").value(), -5);
    EXPECT_EQ(root.find("b")->boolean(), true);
    EXPECT_EQ(root.object("o").value().integer("x").value(), 1);
    EXPECT_TRUE(root.find("n")->is_null());
    EXPECT_FALSE(root.find("f")->integer());
    const Value list = root.array("a").value();
    EXPECT_EQ(list.first()->integer(), 1);
    EXPECT_EQ(list.first()->next()->text(), "z");
    EXPECT_FALSE(list.first()->next()->next());
    EXPECT_EQ(root.first()->name(), "t");
    EXPECT_FALSE(root.find("T"));
    for (const auto& error : {root.text("i").error(), root.text("none").error()})
        EXPECT_EQ(error.code(), base::Code::malformed);
    EXPECT_NE(root.integer("none").error().message().find("\"none\""), std::string::npos);
}

TEST(JsonRead, AnyPrefixOfATextIsRefusedOrWhole) {
    const std::string text = "{\"a\":[1,2.5,\"\\u00e1\",{\"b\":null}],\"c\":\"x\"}";
    for (std::size_t size = 0; size < text.size(); ++size)
        EXPECT_FALSE(Document::parse(std::string_view(text).substr(0, size)).ok());
}

TEST(JsonWrite, KeepsOrderAndExactNumbers) {
    Object inner;
    inner.set("big", std::int64_t{9007199254740991});
    Array list;
    list.add("x").add(std::int64_t{-3}).add(std::move(inner));
    Object object;
    object.set("z", std::int64_t{1}).set("a", "é\"\\\n").set_flag("f", false).set_null("n");
    object.set("list", std::move(list));
    EXPECT_EQ(object.write().value(),
              "{\"z\":1,\"a\":\"é\\\"\\\\\\n\",\"f\":false,\"n\":null,"
              "\"list\":[\"x\",-3,{\"big\":9007199254740991}]}");
}

TEST(JsonWrite, IsReadBack) {
    std::string every;
    for (int c = 1; c < 128; ++c) every.push_back(static_cast<char>(c));
    Object object;
    object.set("every", every);
    const auto back = Document::parse(object.write().value());
    ASSERT_TRUE(back.ok());
    EXPECT_EQ(back.value().root().text("every").value(), every);
}

TEST(JsonWrite, RefusesWhatItCannotKeep) {
    const auto fails = [](auto value) {
        Object object;
        object.set("x", value);
        Array list;
        list.add(std::move(object));
        Object outer;
        outer.set("list", std::move(list)).set("y", std::int64_t{1});
        return !outer.write().ok();
    };
    EXPECT_TRUE(fails(kMaxInteger + 1));
    EXPECT_TRUE(fails(-kMaxInteger - 1));
    EXPECT_TRUE(fails("\xff"));
    EXPECT_TRUE(fails(std::string("a\0b", 3)));
    EXPECT_FALSE(fails(kMaxInteger));
}

}  // namespace
}  // namespace counterfoil::json
