#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "firmware/core/base/coding.h"
#include "firmware/core/json/json.h"

namespace counterfoil::json {
namespace {

// The one text under "t", written and read back.
std::string through(const std::string& text) {
    Object object;
    object.set("t", text);
    const std::string written = object.write().value();
    EXPECT_TRUE(base::is_utf8(written));
    EXPECT_EQ(written.find('\n'), std::string::npos);
    const auto back = Document::parse(written);
    EXPECT_TRUE(back.ok()) << written;
    return back.ok() ? std::string(back.value().root().text("t").value()) : "";
}

TEST(JsonWritten, TextComesBackWhateverItHolds) {
    for (const char* text : {"", "Árvíztűrő tükörfúrógép", "\"\\/\b\f\n\r\t", "\x01\x1f\x7f",
                             "„idézet” – 5 €", "\xf0\x9f\x8d\x94", "\\u0041", "</script>"})
        EXPECT_EQ(through(text), text);
    std::mt19937_64 random(1);
    for (int i = 0; i < 500; ++i) {
        std::string text;
        for (std::uint64_t k = random() % 40; k > 0; --k)
            text += std::array{"a", "\"", "\\", "\n", "ű", "€", "\x02", "/"}[random() % 8];
        ASSERT_EQ(through(text), text);
    }
}

TEST(JsonWritten, AParsedValueIsCopiedAsItStands) {
    const std::string text = "{\"b\":[1,2.5,{\"c\":null}],\"a\":\"é\"}";
    Object object;
    {
        const auto document = Document::parse(text);
        ASSERT_TRUE(document.ok());
        object.set("whole", document.value().root());
        object.set("part", *document.value().root().find("b"));
    }
    EXPECT_EQ(object.write().value(), "{\"whole\":" + text + ",\"part\":[1,2.5,{\"c\":null}]}");
}

TEST(JsonWritten, NamesAreEscapedToo) {
    Object object;
    object.set("a\"\n", std::int64_t{1}).set("é", std::int64_t{2});
    EXPECT_EQ(object.write().value(), "{\"a\\\"\\n\":1,\"é\":2}");
}

TEST(JsonWritten, EmptyThingsAreWhole) {
    Object object;
    EXPECT_EQ(object.write().value(), "{}");
    object.set("a", Array()).set("o", Object()).set("t", "");
    EXPECT_EQ(object.write().value(), "{\"a\":[],\"o\":{},\"t\":\"\"}");
}

TEST(JsonWritten, OrderIsThatOfSettingAndWritingDoesNotUseItUp) {
    Object object;
    std::string expected = "{";
    for (int i = 20; i > 0; --i) {
        const std::string name = "n" + std::to_string(i);
        object.set(name, std::int64_t{i});
        expected += (i < 20 ? ",\"" : "\"") + name + "\":" + std::to_string(i);
        EXPECT_EQ(object.write().value(), expected + "}");
    }
}

TEST(JsonWritten, NestsAsDeepAsTheReaderTakes) {
    Object deepest;
    deepest.set("n", std::int64_t{1});
    for (int depth = 1; depth < 32; ++depth) {
        Object outer;
        outer.set("o", std::move(deepest));
        deepest = std::move(outer);
    }
    const auto back = Document::parse(deepest.write().value());
    ASSERT_TRUE(back.ok()) << back.error().line();
    Object outer;
    outer.set("o", std::move(deepest));
    EXPECT_EQ(Document::parse(outer.write().value()).error().code(), base::Code::too_large);
}

TEST(JsonWritten, ErrorAnywhereIsAnErrorOfTheWhole) {
    const auto with_array = [](auto value) {
        Array list;
        list.add("fine").add(value).add(std::int64_t{1});
        Object object;
        object.set("a", std::move(list)).set_flag("later", true);
        return object.write();
    };
    for (std::int64_t large :
         {kMaxInteger + 1, -kMaxInteger - 1, std::numeric_limits<std::int64_t>::max(),
          std::numeric_limits<std::int64_t>::min()}) {
        const auto written = with_array(large);
        ASSERT_FALSE(written.ok()) << large;
        EXPECT_EQ(written.error().code(), base::Code::malformed);
    }
    for (const char* bad : {"\xff", "a\xc3", "\xed\xa0\x80", "\xc0\x80"})
        EXPECT_FALSE(with_array(std::string_view(bad)).ok());
    EXPECT_FALSE(with_array(std::string_view("\0", 1)).ok());
    EXPECT_TRUE(with_array(-kMaxInteger).ok());
    EXPECT_TRUE(with_array(std::string_view("ő")).ok());
}

}  // namespace
}  // namespace counterfoil::json
