#include <gtest/gtest.h>

#include "firmware/core/central/names.h"
#include "tests/firmware/mirror/mirror_support.h"
#include "tests/support/format_document.h"

namespace counterfoil::mirror {
namespace {

// The key is the one of the codes' document.
class BundleFormat : public testing::Test {
  protected:
    test::FormatDocument document_ = test::FormatDocument::read("firmware/mirror/FORMAT.md");
    test::FormatDocument codes_ = test::FormatDocument::read("firmware/core/token/FORMAT.md");
    test::SeededEntropy entropy_{1};
    crypto::SigningKey key_ = test::published_key(codes_.examples.at("private-key"),
                                                  codes_.examples.at("public-key"), entropy_);
};

TEST_F(BundleFormat, TheBundleIsTheOneShown) {
    std::ostringstream out;
    auto writer = BundleWriter::begin(out, {7, 0, 1795248000}).value();
    std::string expected = document_.examples["header"] + "\n";
    std::vector<Row> rows = sample_rows();
    std::array<bool, kRowKinds> shown{};
    for (const Row& row : rows) {
        // The first of each kind.
        if (std::exchange(shown.at(row.index()), true)) continue;
        ASSERT_TRUE(writer.add(row).ok());
        const std::string name(row_name(row.index()));
        EXPECT_EQ(write_line(row).value(), document_.examples[name]);
        expected += document_.examples[name] + "\n";
    }
    ASSERT_TRUE(writer.finish(key_).ok());
    EXPECT_EQ(base::to_hex(crypto::sha256({base::as_bytes(expected)})),
              document_.examples["digest"]);
    EXPECT_EQ(out.str(), expected + document_.examples["signature"] + "\n");
}

TEST_F(BundleFormat, WhatIsGoneIsSaidAsShown) {
    const central::Key burger = std::int64_t{5991234000018};
    EXPECT_EQ(central::write_gone(burger), document_.examples["gone"]);
    const auto read =
        central::read_change(document_.examples["gone"], central::row_index<Product>());
    EXPECT_EQ(read.value(), central::Change(central::Gone{burger}));
}

TEST_F(BundleFormat, EveryWordAndBoundIsNamed) {
    for (std::size_t i = 0; i < kRowKinds; ++i) {
        EXPECT_TRUE(document_.names(central::class_name(i))) << i;
        EXPECT_TRUE(document_.names(row_name(i))) << row_name(i);
        EXPECT_NE(document_.text.find("| " + std::to_string(kMaxRows.at(i)) + " |"),
                  std::string::npos)
            << kMaxRows.at(i);
    }
    for (int i = 0; i <= static_cast<int>(CouponState::conflict); ++i)
        EXPECT_TRUE(document_.names(name_of(static_cast<CouponState>(i)))) << i;
    for (int i = 1; i <= 4; ++i)
        EXPECT_TRUE(document_.names(name_of(static_cast<token::CouponKind>(i)))) << i;
}

}  // namespace
}  // namespace counterfoil::mirror
