#include "daemon/aggregator/backup/seal.h"

#include <gtest/gtest.h>

#include <fstream>

#include "firmware/core/base/file.h"
#include "tests/support/test_till.h"

namespace counterfoil::backup {
namespace {

using base::Code;

class SealTest : public testing::Test {
  protected:
    SealTest() {
        put(std::string(3000, 'p') + "\n");
        CF_CHECK(seal(path_, contents_, key_.key).ok());
        whole_ = base::read_file(path_, 1 << 20).value();
    }
    void put(const std::string& bytes) {
        std::ofstream(path_, std::ios::binary | std::ios::trunc) << bytes;
    }
    base::Result<Contents> check() {
        return check_seal(path_, crypto::Verifier::create(key_.key.public_key()).value());
    }

    test::TemporaryFolder folder_;
    const std::filesystem::path path_ = folder_ / "file";
    test::TestTill key_{99, "centre"};
    const Contents contents_{12, 3, {2, 7, {1, 2, 3}}, test::kMorning};
    std::string whole_;
};

TEST_F(SealTest, SaysWhatItWasGiven) {
    EXPECT_EQ(check().value(), contents_);
}

TEST_F(SealTest, NoBitOfTheFileCanChange) {
    for (std::size_t at = 0; at < whole_.size(); ++at) {
        std::string flipped = whole_;
        flipped[at] = static_cast<char>(flipped[at] ^ (1 << at % 8));
        put(flipped);
        ASSERT_FALSE(check().ok()) << "byte " << at;
    }
}

TEST_F(SealTest, NothingCanBeMissingOrAdded) {
    for (std::size_t size = 0; size < whole_.size(); size += 1 + size / 100) {
        put(whole_.substr(0, size));
        ASSERT_EQ(check().error().code(), Code::corrupt) << size;
    }
    put(whole_ + "\n");
    EXPECT_FALSE(check().ok());
    put(whole_.substr(1));
    EXPECT_FALSE(check().ok());
    put("p" + whole_);
    EXPECT_FALSE(check().ok());
}

TEST_F(SealTest, AnotherKeysIsRefused) {
    const test::TestTill other(5, "centre");
    EXPECT_EQ(
        check_seal(path_, crypto::Verifier::create(other.key.public_key()).value()).error().code(),
        Code::bad_signature);
}

}  // namespace
}  // namespace counterfoil::backup
