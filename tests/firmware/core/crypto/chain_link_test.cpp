#include <gtest/gtest.h>

#include <fstream>

#include "firmware/core/base/file.h"
#include "firmware/core/crypto/certificate.h"
#include "tests/support/test_till.h"

namespace counterfoil::crypto {
namespace {

// root -> region -> shop -> T01: as long as a chain may be.
class ChainLinkTest : public testing::Test {
  protected:
    static Identity named(const std::string& name) {
        return {name, test::kMorning, {test::kMorning.unix_ms + 86'400'000}};
    }
    static Certificate issued(const SigningKey& key, const std::string& name,
                              const SigningKey& issuer_key, const Certificate& issuer, Use use) {
        return Certificate::issue(make_request(key, name).value(), issuer_key, issuer, named(name),
                                  use)
            .value();
    }
    static void expect_bad(const std::vector<Certificate>& chain,
                           const std::optional<Certificate>& root, const std::string& sentence) {
        const auto verified = verify_chain(chain, root);
        ASSERT_FALSE(verified.ok()) << sentence;
        EXPECT_EQ(verified.error().code(), base::Code::bad_certificate);
        EXPECT_NE(verified.error().message().find(sentence), std::string::npos)
            << verified.error().line();
    }

    test::SeededEntropy entropy_{7};
    SigningKey root_key_ = SigningKey::generate(entropy_);
    SigningKey region_key_ = SigningKey::generate(entropy_);
    SigningKey shop_key_ = SigningKey::generate(entropy_);
    SigningKey till_key_ = SigningKey::generate(entropy_);
    Certificate root_ = Certificate::self_signed(root_key_, named("root"), Use::authority).value();
    Certificate region_ = issued(region_key_, "region", root_key_, root_, Use::authority);
    Certificate shop_ = issued(shop_key_, "shop", region_key_, region_, Use::authority);
    Certificate till_ = issued(till_key_, "T01", shop_key_, shop_, Use::end_entity);
};

TEST_F(ChainLinkTest, FourLinksHold) {
    EXPECT_TRUE(verify_chain({till_, shop_, region_, root_}).ok());
    EXPECT_TRUE(verify_chain({till_, shop_, region_, root_}, root_).ok());
    EXPECT_TRUE(verify_chain({till_, shop_, region_}, root_).ok());
    EXPECT_TRUE(verify_chain({till_}, shop_).ok());
}

TEST_F(ChainLinkTest, ChainThatIsTooLongOrEmptyIsRefused) {
    SigningKey key = SigningKey::generate(entropy_);
    const Certificate middle = issued(key, "middle", shop_key_, shop_, Use::authority);
    const Certificate fifth = issued(till_key_, "T01", key, middle, Use::end_entity);
    expect_bad({fifth, middle, shop_, region_, root_}, {}, "1 to 4 certificates");
    expect_bad({}, root_, "1 to 4 certificates");
}

TEST_F(ChainLinkTest, NoLinkMayBeMissingOrStandElsewhere) {
    expect_bad({till_, region_, root_}, {}, "T01 was not issued by region");
    expect_bad({till_, shop_, root_}, {}, "shop was not issued by root");
    expect_bad({shop_, till_, region_, root_}, {}, "T01 may not issue certificates");
    expect_bad({till_, shop_, region_}, {}, "region was not issued by region");
    expect_bad({till_}, root_, "T01 was not issued by root");
}

TEST_F(ChainLinkTest, SameNameWithAnotherKeyIsRefused) {
    const SigningKey key = SigningKey::generate(entropy_);
    const Certificate forged_root =
        Certificate::self_signed(key, named("root"), Use::authority).value();
    expect_bad({till_, shop_, region_, forged_root}, {}, "does not hold");
    expect_bad({till_, shop_, region_, root_}, forged_root, "does not hold");
    expect_bad({till_, shop_, region_}, forged_root, "does not hold");
}

TEST_F(ChainLinkTest, TerminalMayNotIssue) {
    const SigningKey key = SigningKey::generate(entropy_);
    const Certificate below = issued(key, "T02", till_key_, till_, Use::end_entity);
    expect_bad({below, till_, shop_, region_}, root_, "T01 may not issue certificates");
    expect_bad({below}, till_, "T01 may not issue certificates");
}

TEST_F(ChainLinkTest, TerminalByItselfLeadsToItself) {
    const Certificate alone =
        Certificate::self_signed(till_key_, named("T01"), Use::end_entity).value();
    EXPECT_TRUE(verify_chain({alone}).ok());
    EXPECT_TRUE(verify_chain({alone}, alone).ok());
    EXPECT_FALSE(verify_chain({alone}, root_).ok());
    EXPECT_FALSE(verify_chain({till_}, alone).ok());
}

// A flipped certificate is refused; were one taken, it could not pass for the other.
TEST_F(ChainLinkTest, FlippedAuthorityIsRefused) {
    int read = 0;
    for (std::size_t bit = 0; bit < shop_.der().size() * 8; ++bit) {
        base::Bytes der = shop_.der();
        der[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
        const auto flipped = Certificate::from_der(der);
        if (!flipped.ok()) {
            EXPECT_EQ(flipped.error().code(), base::Code::bad_certificate);
            continue;
        }
        ++read;
        ASSERT_NE(flipped.value().fingerprint(), shop_.fingerprint());
        ASSERT_FALSE(verify_chain({flipped.value()}, region_).ok()) << bit;
    }
    EXPECT_GT(read, 500);  // its numbers and times can be read, but not believed
}

TEST_F(ChainLinkTest, TamperedRequestIsRefused) {
    const base::Bytes request = make_request(till_key_, "T01").value();
    for (std::size_t bit = 0; bit < request.size() * 8; ++bit) {
        base::Bytes tampered = request;
        tampered[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
        const auto certificate =
            Certificate::issue(tampered, shop_key_, shop_, named("T01"), Use::end_entity);
        ASSERT_FALSE(certificate.ok()) << bit;
    }
    for (std::size_t size = 0; size < request.size(); ++size) {
        ASSERT_FALSE(Certificate::issue(base::ByteView(request).first(size), shop_key_, shop_,
                                        named("T01"), Use::end_entity)
                         .ok());
    }
}

TEST_F(ChainLinkTest, RequestOfAnotherNameSaysSo) {
    const auto other = Certificate::issue(make_request(till_key_, "T01").value(), shop_key_, shop_,
                                          named("T02"), Use::end_entity);
    ASSERT_FALSE(other.ok());
    EXPECT_NE(other.error().message().find("another name than T02"), std::string::npos);
}

TEST_F(ChainLinkTest, FileHoldsTheWholeChainInOrder) {
    const test::TemporaryFolder folder;
    const std::vector<Certificate> chain{till_, shop_, region_, root_};
    ASSERT_TRUE(save_chain(folder / "chain.pem", chain).ok());
    const auto loaded = load_chain(folder / "chain.pem");
    ASSERT_TRUE(loaded.ok()) << loaded.error().line();
    ASSERT_EQ(loaded.value().size(), 4u);
    for (std::size_t i = 0; i < chain.size(); ++i)
        EXPECT_EQ(loaded.value()[i].fingerprint(), chain[i].fingerprint());
    EXPECT_TRUE(verify_chain(loaded.value(), root_).ok());
}

TEST_F(ChainLinkTest, FileThatIsNoChainIsRefused) {
    const test::TemporaryFolder folder;
    ASSERT_TRUE(save_chain(folder / "one.pem", {till_}).ok());
    const std::string pem = base::read_file(folder / "one.pem", 10'000).value();
    const std::array<std::string, 5> bad{
        "", "hello", pem.substr(0, pem.size() / 2), pem + pem + pem + pem + pem,
        "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"};
    for (const std::string& text : bad) {
        std::ofstream(folder / "bad.pem", std::ios::trunc) << text;
        const auto loaded = load_chain(folder / "bad.pem");
        ASSERT_FALSE(loaded.ok()) << text;
        EXPECT_EQ(loaded.error().code(), base::Code::bad_certificate);
    }
    std::ofstream(folder / "long.pem") << std::string(100'000, '\n');
    EXPECT_EQ(load_chain(folder / "long.pem").error().code(), base::Code::too_large);
    EXPECT_EQ(load_chain(folder / "none.pem").error().code(), base::Code::not_found);
}

TEST_F(ChainLinkTest, NameIsAnyThatATopicMayHold) {
    for (const char* good :
         {"a", "Z", "0", ".", "_", "-", "T01.kassa-2_B", "12345678901234567890123456789012"}) {
        EXPECT_TRUE(is_terminal_name(good));
        EXPECT_EQ(Certificate::self_signed(till_key_, named(good), Use::end_entity).value().name(),
                  good);
    }
    for (int c = 0; c < 256; ++c) {
        const char letter = static_cast<char>(c);
        const bool plain = (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
                           (letter >= 'A' && letter <= 'Z') ||
                           std::string_view("._-").find(letter) != std::string_view::npos;
        EXPECT_EQ(is_terminal_name(std::string("a") + letter), plain) << c;
    }
}

}  // namespace
}  // namespace counterfoil::crypto
