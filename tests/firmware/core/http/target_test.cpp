#include "firmware/core/http/target.h"

#include "firmware/core/base/coding.h"
#include "tests/support/properties.h"

namespace counterfoil::http {
namespace {

std::string encoded(const std::string& text) {
    std::string out;
    for (const char c : text) out += "%" + base::to_hex(base::as_bytes(std::string(1, c)));
    return out;
}

TEST(HttpTarget, IsSplitAndDecodedOnce) {
    const auto target = parse_target("/api/sal%C3%A9s/4%202/a%2Fb?page=1&q=a+b%2B&flag&=x&&e=");
    ASSERT_TRUE(target.ok());
    const std::vector<std::string> segments = {"api", "sal\xc3\xa9s", "4 2", "a/b"};
    EXPECT_EQ(target.value().segments, segments);
    const Parameters query = {{"page", "1"}, {"q", "a b+"}, {"flag", ""}, {"", "x"}, {"e", ""}};
    EXPECT_EQ(target.value().query, query);
    EXPECT_EQ(parse_target("/%2541").value().segments.front(), "%41");
    EXPECT_TRUE(parse_target("/").value().segments.empty());
    EXPECT_EQ(parse_target("/a/").value().segments.size(), 2);
    EXPECT_EQ(parse_target("/a?b?c=d").value().query.front().first, "b?c");
}

TEST(HttpTarget, RefusesWhatCouldBeReadInTwoWays) {
    for (const char* text :
         {"",        "a",      "*",         "http://a/b", "/%",      "/%4",   "/%4g",
          "/%g4",    "/?a=%",  "/a%00b",    "/?a=%00",    "/%ff",    "/%c3",  "/%ed%a0%80",
          "/a b",    "/a\tb",  "/a\x7f",    "/a#b",       "/a\\b",   "/.",    "/..",
          "/a/../b", "/a/./b", "/%2e%2e/a", "/%2E",       "/a/%2e.", "/.%2e/"})
        EXPECT_FALSE(parse_target(text).ok()) << text;
    EXPECT_TRUE(parse_target("/...").ok());
    EXPECT_TRUE(parse_target("/a..b").ok());
}

TEST(HttpTarget, IsBounded) {
    std::string deep, wide = "/?";
    for (std::size_t i = 0; i < kMaxSegments; ++i) deep += "/a";
    for (std::size_t i = 0; i < kMaxQueryParameters; ++i) wide += "a=1&";
    EXPECT_TRUE(parse_target(deep).ok());
    EXPECT_FALSE(parse_target(deep + "/a").ok());
    EXPECT_TRUE(parse_target(wide).ok());
    EXPECT_FALSE(parse_target(wide + "a=1").ok());
}

TEST(HttpTarget, AnyTextComesBackFromItsEscapes) {
    test::expect_always([] {
        std::string text;
        for (int i = test::draw(1, 20); i > 0; --i)
            text += test::draw_of<std::string>(
                {"a", "/", "%", "+", "&", "=", "?", "ű", "€", ".", "\x01", "\n"});
        if (text == "." || text == "..") return;
        const auto target = parse_target("/" + percent_encode(text) + "?" + encoded(text) + "=" +
                                         percent_encode(text));
        RC_ASSERT(target.ok());
        RC_ASSERT(target.value().segments.front() == text);
        RC_ASSERT(target.value().query.front().first == text);
        RC_ASSERT(target.value().query.front().second == text);
    });
}

}  // namespace
}  // namespace counterfoil::http
