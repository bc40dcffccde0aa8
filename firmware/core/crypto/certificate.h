#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "firmware/core/base/clock.h"
#include "firmware/core/crypto/signature.h"
#include "firmware/core/crypto/signing_key.h"

namespace counterfoil::crypto {

// At most this many certificates lead from a terminal to its root.
inline constexpr std::size_t kMaxChain = 4;

// Who a key belongs to and from when until when.
struct Identity {
    std::string name;  // 1 to 32 of A-Z a-z 0-9 . _ -
    base::WallTime not_before;
    base::WallTime not_after;
};

// An end entity signs; a client proves itself to servers over TLS, and to nobody as a server.
enum class Use { end_entity, authority, client };

// An X.509 certificate for a P-256 key, signed with ECDSA and SHA-256; every other kind is refused.
// Copies share nothing.
class Certificate {
  public:
    static base::Result<Certificate> from_der(base::ByteView der);

    // For a key by itself: a root, or a terminal that no centre has countersigned yet.
    static base::Result<Certificate> self_signed(const SigningKey& key, const Identity& identity,
                                                 Use use);
    // For the key and name that a request proves, by an authority's key.
    static base::Result<Certificate> issue(base::ByteView request_der, const SigningKey& issuer_key,
                                           const Certificate& issuer, const Identity& identity,
                                           Use use);

    const base::Bytes& der() const { return der_; }
    const std::string& name() const { return name_; }
    const PublicKey& public_key() const { return public_key_; }
    bool is_authority() const { return is_authority_; }
    // Among all that its issuer has issued.
    const base::Bytes& serial() const { return serial_; }
    base::WallTime not_before() const { return not_before_; }
    base::WallTime not_after() const { return not_after_; }

    // The SHA-256 of the DER bytes.
    Digest fingerprint() const;

  private:
    Certificate() = default;

    base::Bytes der_;
    std::string name_;
    PublicKey public_key_{};
    base::Bytes serial_;
    base::WallTime not_before_;
    base::WallTime not_after_;
    bool is_authority_ = false;
};

// A request (PKCS #10, DER) that proves possession of the key and asks for the name.
base::Result<base::Bytes> make_request(const SigningKey& key, const std::string& name);

// The DER bytes of one request in PEM; bad_certificate where the text is none.
base::Result<base::Bytes> request_from_pem(std::string_view pem);
std::string request_text(base::ByteView request_der);

// Whether the name may stand in a certificate, an event and an MQTT topic.
bool is_terminal_name(std::string_view name);

// Each certificate is signed by the next, which is an authority; the last by itself. Where a root
// is given, the last must be it, or be signed by it. Validity times are not judged: a ledger stays
// provable after its certificate has run out. bad_certificate says which link does not hold.
base::Status verify_chain(const std::vector<Certificate>& chain,
                          const std::optional<Certificate>& root = {});

// One or more certificates in PEM, terminal first.
std::string chain_text(const std::vector<Certificate>& chain);
base::Status save_chain(const std::filesystem::path& path, const std::vector<Certificate>& chain);
base::Result<std::vector<Certificate>> load_chain(const std::filesystem::path& path);
// The same of a text; what it is about opens the error.
base::Result<std::vector<Certificate>> read_chain(std::string_view text, const std::string& about);

}  // namespace counterfoil::crypto
