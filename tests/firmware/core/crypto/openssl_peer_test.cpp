#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "firmware/core/base/file.h"
#include "firmware/core/crypto/certificate.h"
#include "firmware/core/crypto/revocation_list.h"
#include "firmware/core/crypto/verifier.h"
#include "tests/support/test_till.h"

namespace counterfoil::crypto {
namespace {

// What we write is read by the openssl command, and what it writes by us or refused for a reason.
class OpensslPeerTest : public testing::Test {
  protected:
    // Runs `openssl ARGUMENTS` in the folder, quietly; whether it ended well.
    bool openssl(const std::vector<std::string>& arguments) {
        std::vector<std::string> words{"openssl"};
        words.insert(words.end(), arguments.begin(), arguments.end());
        std::vector<char*> pointers;
        for (std::string& word : words) pointers.push_back(word.data());
        pointers.push_back(nullptr);
        posix_spawn_file_actions_t actions;
        CF_CHECK(::posix_spawn_file_actions_init(&actions) == 0);
        const std::string log = path("openssl.log").string();
        constexpr int kLogFlags = O_WRONLY | O_CREAT | O_APPEND;
        CF_CHECK(::posix_spawn_file_actions_addopen(&actions, 1, log.c_str(), kLogFlags, 0600) ==
                     0 &&
                 ::posix_spawn_file_actions_adddup2(&actions, 1, 2) == 0);
        pid_t child = 0;
        const int spawned =
            ::posix_spawnp(&child, "openssl", &actions, nullptr, pointers.data(), environ);
        ::posix_spawn_file_actions_destroy(&actions);
        int status = -1;
        if (spawned != 0 || ::waitpid(child, &status, 0) != child) return false;
        return WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }

    std::filesystem::path path(const std::string& name) const { return folder_ / name; }
    std::string file(const std::string& name) const { return path(name).string(); }
    std::string said() const { return base::read_file(path("openssl.log"), 100'000).value(); }

    void write(const std::string& name, base::ByteView bytes) {
        std::ofstream(path(name), std::ios::binary) << base::as_text(bytes);
    }

    // A key made by `openssl genpkey`, and what loading it says.
    base::Result<SigningKey> made_key(const std::vector<std::string>& kind) {
        std::vector<std::string> arguments{"genpkey", "-out", file("made.pem")};
        arguments.insert(arguments.end(), kind.begin(), kind.end());
        EXPECT_TRUE(openssl(arguments)) << said();
        EXPECT_EQ(::chmod(file("made.pem").c_str(), 0600), 0);
        return SigningKey::load(path("made.pem"), entropy_);
    }

    // A self-signed certificate for the key in made.pem, as bytes.
    base::Bytes made_certificate(const std::string& subject, const std::string& hash = "sha256") {
        EXPECT_TRUE(openssl({"req", "-x509", "-new", "-key", file("made.pem"), "-subj", subject,
                             "-" + hash, "-days", "30", "-outform", "DER", "-out", file("c.der")}))
            << said();
        const std::string der = base::read_file(path("c.der"), 10'000).value();
        const base::ByteView view = base::as_bytes(der);
        return base::Bytes(view.begin(), view.end());
    }

    Identity until(const std::string& name, std::string_view end) {
        return {name, test::kMorning, base::from_rfc3339(end).value()};
    }

    const std::vector<std::string> p256_{"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"};
    test::SeededEntropy entropy_{5};
    test::TemporaryFolder folder_;
};

TEST_F(OpensslPeerTest, AcceptsOurChain) {
    const std::string end = "2061-01-01T00:00:00.000Z";  // past 2050, where X.509's time changes
    SigningKey root_key = SigningKey::generate(entropy_);
    SigningKey key = SigningKey::generate(entropy_);
    const Certificate root =
        Certificate::self_signed(root_key, until("merchant", end), Use::authority).value();
    const Certificate leaf =
        Certificate::issue(make_request(key, "T01").value(), root_key, root,
                           until("T01", "2036-01-01T00:00:00.000Z"), Use::end_entity)
            .value();
    ASSERT_TRUE(save_chain(path("root.pem"), {root}).ok());
    ASSERT_TRUE(save_chain(path("leaf.pem"), {leaf}).ok());
    const std::string noon = std::to_string(test::kMorning.unix_ms / 1000 + 14'400);
    EXPECT_TRUE(openssl({"verify", "-attime", noon, "-CAfile", file("root.pem"), file("leaf.pem")}))
        << said();
    EXPECT_FALSE(
        openssl({"verify", "-attime", noon, "-CAfile", file("leaf.pem"), file("root.pem")}));
    // In 2040 the leaf has run out and the root has not.
    EXPECT_TRUE(
        openssl({"verify", "-attime", "2208988800", "-CAfile", file("root.pem"), file("root.pem")}))
        << said();
    EXPECT_FALSE(openssl(
        {"verify", "-attime", "2208988800", "-CAfile", file("root.pem"), file("leaf.pem")}));
}

TEST_F(OpensslPeerTest, AcceptsOurRequestAndKeyFile) {
    const SigningKey key = SigningKey::generate(entropy_);
    write("request.der", make_request(key, "T01").value());
    EXPECT_TRUE(openssl({"req", "-verify", "-noout", "-inform", "DER", "-in", file("request.der")}))
        << said();
    ASSERT_TRUE(key.save(path("key.pem")).ok());
    EXPECT_TRUE(openssl({"pkey", "-check", "-noout", "-in", file("key.pem")})) << said();
}

TEST_F(OpensslPeerTest, SignsWhatOurVerifierAccepts) {
    auto key = made_key(p256_);
    ASSERT_TRUE(key.ok()) << key.error().line();
    const auto verifier = Verifier::create(key.value().public_key());
    const Digest digest = sha256({base::as_bytes("a receipt")});
    EXPECT_TRUE(verifier.value().verify(digest, key.value().sign(digest).value()));
    // The same key in its older form.
    ASSERT_TRUE(openssl({"ec", "-in", file("made.pem"), "-out", file("sec1.pem")})) << said();
    ASSERT_EQ(::chmod(file("sec1.pem").c_str(), 0600), 0);
    const auto same = SigningKey::load(path("sec1.pem"), entropy_);
    ASSERT_TRUE(same.ok()) << same.error().line();
    EXPECT_EQ(same.value().public_key(), key.value().public_key());
}

TEST_F(OpensslPeerTest, MakesKeysOfOtherKindsThatAreRefused) {
    for (const std::vector<std::string>& kind :
         {std::vector<std::string>{"-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"},
          std::vector<std::string>{"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"},
          std::vector<std::string>{"-algorithm", "EC", "-pkeyopt",
                                   "ec_paramgen_curve:secp256k1"}}) {
        const auto key = made_key(kind);
        ASSERT_FALSE(key.ok()) << kind.back();
        EXPECT_EQ(key.error().code(), base::Code::key_mismatch) << kind.back();
        EXPECT_NE(key.error().message().find(file("made.pem")), std::string::npos);
    }
    EXPECT_EQ(made_key({"-algorithm", "ED25519"}).error().code(), base::Code::malformed);
}

TEST_F(OpensslPeerTest, LocksAKeyThatWeCannotRead) {
    ASSERT_TRUE(made_key(p256_).ok());
    ASSERT_TRUE(openssl({"pkey", "-in", file("made.pem"), "-aes256", "-passout", "pass:x", "-out",
                         file("locked.pem")}));
    ASSERT_EQ(::chmod(file("locked.pem").c_str(), 0600), 0);
    EXPECT_EQ(SigningKey::load(path("locked.pem"), entropy_).error().code(), base::Code::malformed);
}

TEST_F(OpensslPeerTest, MakesCertificatesThatAreReadOrRefused) {
    ASSERT_TRUE(made_key(p256_).ok());
    const auto plain = Certificate::from_der(made_certificate("/CN=T01"));
    ASSERT_TRUE(plain.ok()) << plain.error().line();
    EXPECT_EQ(plain.value().name(), "T01");
    EXPECT_TRUE(verify_chain({plain.value()}).ok());
    for (const char* subject : {"/O=x/CN=T01", "/CN=T01/O=x", "/CN=T 01", "/O=T01", "/CN=a/CN=b"})
        EXPECT_FALSE(Certificate::from_der(made_certificate(subject)).ok()) << subject;
    EXPECT_FALSE(Certificate::from_der(made_certificate("/CN=T01", "sha384")).ok());
    for (const std::vector<std::string>& kind :
         {std::vector<std::string>{"-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"},
          std::vector<std::string>{"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"}}) {
        EXPECT_FALSE(made_key(kind).ok());
        const auto other = Certificate::from_der(made_certificate("/CN=T01"));
        ASSERT_FALSE(other.ok());
        EXPECT_EQ(other.error().code(), base::Code::bad_certificate);
    }
}

TEST_F(OpensslPeerTest, AsksForACertificateThatWeIssue) {
    auto key = made_key(p256_);
    ASSERT_TRUE(openssl({"req", "-new", "-key", file("made.pem"), "-subj", "/CN=T07", "-outform",
                         "DER", "-out", file("r.der")}))
        << said();
    const std::string request = base::read_file(path("r.der"), 10'000).value();
    SigningKey root_key = SigningKey::generate(entropy_);
    const std::string end = "2036-01-01T00:00:00.000Z";
    const Certificate root =
        Certificate::self_signed(root_key, until("merchant", end), Use::authority).value();
    const auto issued = Certificate::issue(base::as_bytes(request), root_key, root,
                                           until("T07", end), Use::end_entity);
    ASSERT_TRUE(issued.ok()) << issued.error().line();
    EXPECT_EQ(issued.value().public_key(), key.value().public_key());
    EXPECT_TRUE(verify_chain({issued.value(), root}).ok());
}

TEST_F(OpensslPeerTest, HasTheFingerprintAndPublicKeyThatWeSay) {
    SigningKey key = SigningKey::generate(entropy_);
    const Certificate own =
        Certificate::self_signed(key, until("T01", "2036-01-01T00:00:00.000Z"), Use::end_entity)
            .value();
    ASSERT_TRUE(save_chain(path("own.pem"), {own}).ok());
    ASSERT_TRUE(
        openssl({"x509", "-in", file("own.pem"), "-outform", "DER", "-out", file("o.der")}));
    const std::string der = base::read_file(path("o.der"), 10'000).value();
    EXPECT_EQ(sha256({base::as_bytes(der)}), own.fingerprint());
    ASSERT_TRUE(
        openssl({"x509", "-in", file("own.pem"), "-noout", "-pubkey", "-out", file("pub.pem")}));
    ASSERT_TRUE(openssl(
        {"pkey", "-pubin", "-in", file("pub.pem"), "-outform", "DER", "-out", file("pub.der")}));
    const std::string spki = base::read_file(path("pub.der"), 1000).value();
    ASSERT_GE(spki.size(), own.public_key().size());
    EXPECT_EQ(spki.substr(spki.size() - own.public_key().size()), base::as_text(own.public_key()));
}

TEST_F(OpensslPeerTest, JudgesAClientByItsPurposeAndTheRevocationList) {
    constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;
    const base::WallTime now = base::SystemClock().now();
    const SigningKey root = SigningKey::generate(entropy_);
    const SigningKey key = SigningKey::generate(entropy_);
    const auto authority = Certificate::self_signed(
        root, {"root", {now.unix_ms - kDayMs}, {now.unix_ms + kDayMs}}, Use::authority);
    const auto request = make_request(key, "T01");
    const auto issue = [&] {
        return Certificate::issue(request.value(), root, authority.value(),
                                  {"T01", {now.unix_ms - kDayMs}, {now.unix_ms + kDayMs}},
                                  Use::client);
    };
    const auto gone = issue();
    const auto good = issue();
    ASSERT_TRUE(gone.ok() && good.ok());
    EXPECT_NE(gone.value().serial(), good.value().serial());
    EXPECT_EQ(good.value().not_after().unix_ms / 1000, (now.unix_ms + kDayMs) / 1000);
    ASSERT_TRUE(save_chain(path("root.pem"), {authority.value()}).ok());
    ASSERT_TRUE(save_chain(path("gone.pem"), {gone.value()}).ok());
    ASSERT_TRUE(save_chain(path("good.pem"), {good.value()}).ok());
    const RevokedSerial revoked{gone.value().serial(), now};
    const auto list = write_revocation_list(root, authority.value(), {&revoked, 1}, 7,
                                            {{now.unix_ms - 1000}, {now.unix_ms + kDayMs}});
    ASSERT_TRUE(list.ok());
    write("list.pem", base::as_bytes("a line before it\n" + list.value()));
    const auto judged = [&](const std::string& name, const std::string& purpose) {
        return openssl({"verify", "-CAfile", file("root.pem"), "-CRLfile", file("list.pem"),
                        "-crl_check", "-purpose", purpose, file(name)});
    };
    EXPECT_TRUE(judged("good.pem", "sslclient")) << said();
    EXPECT_FALSE(judged("good.pem", "sslserver"));
    EXPECT_FALSE(judged("gone.pem", "sslclient"));
    EXPECT_NE(said().find("certificate revoked"), std::string::npos) << said();
    EXPECT_TRUE(openssl({"crl", "-in", file("list.pem"), "-noout", "-crlnumber", "-text"}));
    EXPECT_NE(said().find("crlNumber=0x07"), std::string::npos) << said();
}

}  // namespace
}  // namespace counterfoil::crypto
