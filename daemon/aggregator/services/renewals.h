#pragma once

#include "daemon/aggregator/services/authority.h"
#include "daemon/aggregator/services/issued.h"

// How a terminal's link is kept open: by a new certificate before the old one has run out.
namespace counterfoil::services {

struct Renewal {
    crypto::Certificate current;
    std::string request;  // PKCS #10, PEM
    base::Bytes request_der;
    base::WallTime at;  // the terminal's clock
    crypto::Signature signature{};
};
// terminal_certificate_wrong, terminal_request_wrong or terminal_clock_wrong where what came is
// none, or is not signed by the key of the certificate that it shows, one of that authority's.
struct RenewalTexts {
    std::string certificate;  // PEM
    std::string request;
    std::string at;
    std::string signature;  // base64url
};
Outcome<Renewal> read_renewal(const RenewalTexts& texts, const crypto::Certificate& authority,
                              base::WallTime now);

// The link, which is the terminal's from here on; the older ones stay good until they run out. The
// same request again is answered with what it was answered with before.
Outcome<crypto::Certificate> renew_link(Desk& desk, const Renewal& renewal,
                                        const crypto::Certificate& issued);

}  // namespace counterfoil::services
