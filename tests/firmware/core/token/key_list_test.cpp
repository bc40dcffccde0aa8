#include <gtest/gtest.h>

#include "firmware/core/base/coding.h"
#include "tests/support/test_keys.h"

namespace counterfoil::token {
namespace {

using test::TestKeys;

TEST(KeyList, ReadsBackUnderItsRootOnly) {
    TestKeys keys;
    const auto bytes = write_key_list(keys.list(), keys.root).value();
    EXPECT_EQ(read_key_list(bytes, keys.root.public_key()).value(), keys.list());
    EXPECT_EQ(read_key_list(bytes, keys.phone.public_key()).error(), Refusal::root_wrong);
}

TEST(KeyList, EverySingleBitFlipIsRefused) {
    TestKeys keys;
    const auto bytes = write_key_list(keys.list(), keys.root).value();
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        base::Bytes flipped = bytes;
        flipped[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
        EXPECT_FALSE(read_key_list(flipped, keys.root.public_key()).ok()) << "bit " << bit;
    }
}

TEST(KeyList, AKeyStandsOnceAndHasAPurpose) {
    TestKeys keys;
    KeyList list = keys.list();
    list.keys.push_back(list.keys.front());
    EXPECT_FALSE(write_key_list(list, keys.root).ok());
    list = keys.list();
    list.keys.front().purposes = 0;
    EXPECT_FALSE(write_key_list(list, keys.root).ok());
    list = keys.list();
    list.overdue_s = list.issued_s;
    EXPECT_FALSE(write_key_list(list, keys.root).ok());
}

TEST(KeyRing, TakesOnlyANewerList) {
    TestKeys keys;
    KeyList list = keys.list();
    EXPECT_EQ(keys.ring.adopt(list).error(), Refusal::older_list);
    list.version += 1;
    list.keys.erase(list.keys.begin());
    EXPECT_TRUE(keys.ring.adopt(list).ok());
    EXPECT_EQ(keys.ring.version(), 8U);
    const std::string text = write_coupon(keys.coupon(), keys.coupons).value();
    EXPECT_EQ(keys.judge.coupon(text, keys.situation()).error(), Refusal::key_unknown);
}

TEST(Refusals, EachHasItsOwnNameASentenceAndAnAdvice) {
    std::set<std::string_view> names;
    for (int i = 0; i <= static_cast<int>(Refusal::delta_gap); ++i) {
        const auto refusal = static_cast<Refusal>(i);
        EXPECT_TRUE(names.insert(refusal_name(refusal)).second) << i;
        EXPECT_TRUE(refusal_sentence(refusal).english.ends_with('.')) << i;
        EXPECT_TRUE(refusal_sentence(refusal).hungarian.ends_with('.')) << i;
        EXPECT_TRUE(refusal_advice(refusal).english.ends_with('.')) << i;
        EXPECT_TRUE(refusal_advice(refusal).hungarian.ends_with('.')) << i;
    }
}

}  // namespace
}  // namespace counterfoil::token
