#include "firmware/core/crypto/certificate.h"

#include <gtest/gtest.h>

#include "tests/support/test_till.h"

namespace counterfoil::crypto {
namespace {

using base::Code;

// A root, and a terminal whose request it granted.
class CertificateTest : public testing::Test {
  protected:
    Identity identity(const std::string& name) {
        return {name, test::kMorning, {test::kMorning.unix_ms + 86'400'000}};
    }
    Certificate self(const SigningKey& key, const std::string& name, Use use) {
        return Certificate::self_signed(key, identity(name), use).value();
    }

    test::SeededEntropy entropy_{3};
    SigningKey root_key_ = SigningKey::generate(entropy_);
    SigningKey key_ = SigningKey::generate(entropy_);
    Certificate root_ = self(root_key_, "merchant", Use::authority);
    base::Bytes request_ = make_request(key_, "T01").value();
    Certificate leaf_ =
        Certificate::issue(request_, root_key_, root_, identity("T01"), Use::end_entity).value();
};

TEST_F(CertificateTest, SaysWhoseKeyItIs) {
    EXPECT_EQ(leaf_.name(), "T01");
    EXPECT_EQ(leaf_.public_key(), key_.public_key());
    EXPECT_FALSE(leaf_.is_authority());
    EXPECT_TRUE(root_.is_authority());
    EXPECT_EQ(Certificate::from_der(leaf_.der()).value().fingerprint(), leaf_.fingerprint());
}

TEST_F(CertificateTest, LeadsToItsRoot) {
    EXPECT_TRUE(verify_chain({leaf_, root_}).ok());
    EXPECT_TRUE(verify_chain({leaf_, root_}, root_).ok());
    EXPECT_TRUE(verify_chain({leaf_}, root_).ok());
    EXPECT_TRUE(verify_chain({root_}, root_).ok());
}

TEST_F(CertificateTest, LeadsToNoOther) {
    const Certificate stranger = self(key_, "merchant", Use::authority);
    const Certificate no_authority = self(root_key_, "merchant", Use::end_entity);
    const std::vector<std::vector<Certificate>> wrong{
        {},
        {leaf_},
        {root_, leaf_},
        {leaf_, stranger},
        {leaf_, no_authority},
        {leaf_, self(root_key_, "other", Use::authority)},
        {leaf_, root_, root_, root_, root_}};
    for (const auto& chain : wrong) {
        const auto verified = verify_chain(chain);
        ASSERT_FALSE(verified.ok());
        EXPECT_EQ(verified.error().code(), Code::bad_certificate);
    }
    EXPECT_FALSE(verify_chain({leaf_, root_}, stranger).ok());
    EXPECT_FALSE(verify_chain({root_}, stranger).ok());
}

TEST_F(CertificateTest, EveryBitFlipIsRefused) {
    for (std::size_t bit = 0; bit < leaf_.der().size() * 8; ++bit) {
        base::Bytes der = leaf_.der();
        der[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
        const auto flipped = Certificate::from_der(der);
        EXPECT_FALSE(flipped.ok() && verify_chain({flipped.value(), root_}).ok()) << bit;
    }
    base::Bytes longer = leaf_.der();
    longer.push_back(0);
    EXPECT_FALSE(Certificate::from_der(longer).ok());
    EXPECT_FALSE(Certificate::from_der({}).ok());
}

TEST_F(CertificateTest, IsIssuedOnlyForWhatTheRequestProves) {
    EXPECT_FALSE(
        Certificate::issue(request_, root_key_, root_, identity("T02"), Use::end_entity).ok());
    EXPECT_EQ(
        Certificate::issue(request_, key_, root_, identity("T01"), Use::end_entity).error().code(),
        Code::key_mismatch);
    base::Bytes tampered = request_;
    tampered.back() ^= 1;
    EXPECT_FALSE(
        Certificate::issue(tampered, root_key_, root_, identity("T01"), Use::end_entity).ok());
    EXPECT_FALSE(Certificate::issue({}, root_key_, root_, identity("T01"), Use::end_entity).ok());
}

TEST_F(CertificateTest, RefusesNamesThatCouldMeanMore) {
    for (const char* bad : {"", "a b", "a,O=x", "a=b", "a/b", "ő", "a+b", "a#",
                            "123456789012345678901234567890123"}) {
        EXPECT_FALSE(make_request(key_, bad).ok()) << bad;
        EXPECT_FALSE(Certificate::self_signed(key_, identity(bad), Use::end_entity).ok()) << bad;
    }
}

TEST_F(CertificateTest, ChainIsReadBackFromItsFile) {
    const test::TemporaryFolder folder;
    ASSERT_TRUE(save_chain(folder / "chain.pem", {leaf_, root_}).ok());
    const auto chain = load_chain(folder / "chain.pem");
    ASSERT_TRUE(chain.ok()) << chain.error().line();
    ASSERT_EQ(chain.value().size(), 2u);
    EXPECT_EQ(chain.value()[0].der(), leaf_.der());
    EXPECT_EQ(chain.value()[1].der(), root_.der());
    EXPECT_EQ(save_chain(folder / "chain.pem", {leaf_}).error().code(), Code::already_exists);
    EXPECT_FALSE(load_chain(folder / "none.pem").ok());
}

}  // namespace
}  // namespace counterfoil::crypto
