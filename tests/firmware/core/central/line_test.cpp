#include "firmware/core/central/line.h"

#include <gtest/gtest.h>

#include "tests/firmware/mirror/mirror_support.h"

namespace counterfoil::mirror {
namespace {

std::string replaced_once(std::string text, std::string_view what, std::string_view by) {
    const std::size_t at = text.find(what);
    CF_CHECK(at != text.npos);
    return text.replace(at, what.size(), by);
}

void expect_refused(const Row& row, const std::vector<std::pair<std::string, std::string>>& edits) {
    const std::string good = write_line(row).value();
    ASSERT_EQ(read_line(good).value(), row);
    for (const auto& [what, by] : edits) {
        const auto read = read_line(replaced_once(good, what, by));
        ASSERT_FALSE(read.ok()) << what << " -> " << by;
        EXPECT_EQ(read.error().code(), base::Code::malformed);
    }
    // Nothing may be left out that is not said to be optional, and nothing may be added.
    EXPECT_FALSE(read_line(replaced_once(good, "{\"t\"", "{\"x\":1,\"t\"")).ok());
    EXPECT_FALSE(read_line(good + "x").ok());
}

TEST(Line, EveryMemberOfASettingIsChecked) {
    expect_refused(salt_setting(), {{"phone_salt", ""},
                                    {"phone_salt", "Phone"},
                                    {kSalt, kSalt.substr(2)},
                                    {kSalt, std::string(130, 'a')},
                                    {"\"\\\"" + kSalt + "\\\"\"", "\"\""},
                                    {"\"\\\"" + kSalt + "\\\"\"", "\"5\""},
                                    {"\"\\\"" + kSalt + "\\\"\"", "5"}});
    EXPECT_TRUE(read_line("{\"t\":\"setting\",\"name\":\"a\",\"value\":\"{}\"}").ok());
    EXPECT_FALSE(read_line("{\"t\":\"setting\",\"name\":\"a\",\"value\":\"{\"}").ok());
    EXPECT_FALSE(
        read_line("{\"t\":\"setting\",\"name\":\"a\",\"value\":\"{\\\"x\\\":1,\\\"x\\\":2}\"}")
            .ok());
}

TEST(Line, EveryMemberOfABookIsChecked) {
    expect_refused(sample_book(), {{":42", ":0"},
                                   {":42", ":4294967296"},
                                   {":42", ":\"42\""},
                                   {":42", ":4.5"},
                                   {"Nyár", ""},
                                   {"Nyár", "Ny\\u0007r"},
                                   {"Nyár", std::string(201, 'x')},
                                   {":2000", ":-1"},
                                   {":2000", ":1000000000001"},
                                   {"[5991234000018]", "[0]"},
                                   {"[5991234000018]", "[\"a\"]"},
                                   {"[5991234000018]", "{}"},
                                   {"\"Burger\"", "\"\""},
                                   {"\"Burger\"", "7"},
                                   {"\"categories\"", "\"kinds\""},
                                   {"true", "1"},
                                   {"_limit\":2", "_limit\":0"},
                                   {"\"cap\":5000", "\"cap\":null"}});
    Book book = sample_book();
    book.scope.products.assign(300, 1);
    EXPECT_FALSE(write_line(book).ok());
}

TEST(Line, EveryMemberOfAProductIsChecked) {
    expect_refused(sample_product(), {{"5991234000018", "5991234000017"},
                                      {"5991234000018", "0"},
                                      {"5991234000018", "100000000000000"},
                                      {":101", ":0"},
                                      {":101", ":1000000"},
                                      {"Sajtburger", ""},
                                      {"\"Burger\"", "\"\""},
                                      {":1890", ":-1"},
                                      {":500", ":10001"},
                                      {"piece", "box"}});
}

TEST(Line, EveryMemberOfAStaffRowIsChecked) {
    expect_refused(sample_staff(), {{"\"anna\"", "\"Anna\""},
                                    {"\"anna\"", "\"\""},
                                    {"\"anna\"", "\"" + std::string(33, 'a') + "\""},
                                    {"Kovács Anna", ""},
                                    {"manager", "owner"},
                                    {"$2b$12$", "$2b$04$"},
                                    {kPinHash, "12345678"}});
}

TEST(Line, EveryMemberOfAMemberIsChecked) {
    expect_refused(sample_member(), {{"01934f00", "01934F00"},
                                     {"01934f00-", "01934f00"},
                                     {"L100001", "L10 001"},
                                     {"L100001", ""},
                                     {"L100001", std::string(21, 'L')},
                                     {"Nagy Éva", std::string(201, 'x')},
                                     {"phone_hash\":\"", "phone_hash\":\"00"},
                                     {"\"tier\":2", "\"tier\":24"},
                                     {":1500", ":1000000000001"},
                                     {":1500", ":null"},
                                     {"\"version\":7", "\"version\":-1"},
                                     {"\"T01\"", "\"\""},
                                     {"\"T01\"", "\"T 01\""},
                                     {"\"T01\"", "\"" + std::string(33, 'T') + "\""},
                                     {"\"epoch\":4", "\"epoch\":0"},
                                     {"\"quantity\":1200", "\"quantity\":-1"},
                                     {"\"quantity\":1200", "\"quantity\":1000000000001"},
                                     {"500}", "500,\"more\":1}"},
                                     {"\"lease\":{", "\"lease\":null,\"x\":{"}});
}

TEST(Line, ALeaseIsForAnyTerminalsNameAndUpToItsOwnBound) {
    Member member = sample_member();
    member.lease = Lease{"till_3.b-2", 1, kMaxAmount, token::kMaxSeconds};
    EXPECT_EQ(read_line(write_line(member).value()).value(), Row(member));
    Coupon coupon = sample_coupon();
    coupon.lease = Lease{"till_3.b-2", 1, 1'000'000, token::kMaxSeconds};
    EXPECT_EQ(read_line(write_line(coupon).value()).value(), Row(coupon));
    coupon.lease->quantity = 1'000'001;
    EXPECT_EQ(write_line(coupon).error().code(), base::Code::invalid_argument);
    member.lease.reset();
    EXPECT_EQ(write_line(member).value().find("lease"), std::string::npos);
}

TEST(Line, EveryMemberOfACouponIsChecked) {
    expect_refused(sample_coupon(), {{"0908070605040301", "09080706050403"},
                                     {"0908070605040301", "090807060504030A"},
                                     {"COUP-", "COUP_"},
                                     {"COUP-", std::string(60, 'C')},
                                     {":42", ":0"},
                                     {"percent", "gift"},
                                     {":150", ":1001"},
                                     {":150", ":0"},
                                     {"not_before\":1795248000", "not_before\":1795249000"},
                                     {"expires\":1795249000", "expires\":4294967296"},
                                     {"holder\":\"01934f00", "holder\":\"x1934f00"},
                                     {"[3,7]", "[7,3]"},
                                     {"[3,7]", "[3,3]"},
                                     {"[3,7]", "[0]"},
                                     {"[3,7]", "[65536]"},
                                     {"[3,7]", "3"},
                                     {"\"home\":3", "\"home\":65536"},
                                     {"uses_left\":2", "uses_left\":-1"},
                                     {"uses_left\":2", "uses_left\":1000001"},
                                     {"assigned", "eaten"},
                                     {"\"T01\"", "\"\""},
                                     {"\"epoch\":4", "\"epoch\":0"},
                                     {"\"quantity\":2", "\"quantity\":-1"},
                                     {"\"quantity\":2", "\"quantity\":2,\"more\":1"}});
}

}  // namespace
}  // namespace counterfoil::mirror
