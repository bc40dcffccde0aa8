#include "firmware/core/ledger/receipt.h"

#include <gtest/gtest.h>

#include "tests/support/test_till.h"

namespace counterfoil::ledger {
namespace {

class ReceiptTest : public testing::Test {
  protected:
    test::TestTill centre_{1, "centre"};
    crypto::Verifier key_ = std::move(crypto::Verifier::create(centre_.key.public_key())).value();
    Receipt receipt_{"T01", 2, 417, {1, 2, 3}, test::kMorning, 500, {{"trust", 3}}};
};

TEST_F(ReceiptTest, IsReadBackAsItWasWritten) {
    const auto text = write_receipt(receipt_, centre_.key);
    ASSERT_TRUE(text.ok());
    const auto read = read_receipt(text.value(), key_);
    ASSERT_TRUE(read.ok()) << read.error().line();
    EXPECT_EQ(read.value().seq, 417);
    EXPECT_EQ(read.value().head, receipt_.head);
    EXPECT_EQ(read.value().server_time, test::kMorning);
    EXPECT_EQ(read.value().versions, receipt_.versions);
}

TEST_F(ReceiptTest, RefusesEveryBitFlip) {
    std::string text = write_receipt(receipt_, centre_.key).value();
    for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
        text[bit / 8] = static_cast<char>(text[bit / 8] ^ (1 << (bit % 8)));
        EXPECT_FALSE(read_receipt(text, key_).ok()) << "bit " << bit;
        text[bit / 8] = static_cast<char>(text[bit / 8] ^ (1 << (bit % 8)));
    }
}

TEST_F(ReceiptTest, RefusesAnotherKey) {
    test::TestTill stranger(7, "stranger");
    const auto text = write_receipt(receipt_, stranger.key).value();
    EXPECT_EQ(read_receipt(text, key_).error().code(), base::Code::bad_signature);
}

TEST_F(ReceiptTest, RefusesATextThatIsNone) {
    EXPECT_FALSE(read_receipt("", key_).ok());
    EXPECT_FALSE(read_receipt("{}\t", key_).ok());
}

}  // namespace
}  // namespace counterfoil::ledger
