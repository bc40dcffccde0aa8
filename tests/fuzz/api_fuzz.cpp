#include "daemon/aggregator/api/answers.h"
#include "daemon/aggregator/api/import_reading.h"
#include "daemon/aggregator/api/offer.h"
#include "daemon/aggregator/services/slice.h"
#include "firmware/core/http/network.h"
#include "tests/support/test_keys.h"
#include "tests/support/test_till.h"

// What strangers send to the centre's interface: a body for one of its routes, and a token.
namespace {

namespace api = counterfoil::api;
namespace base = counterfoil::base;
namespace json = counterfoil::json;

struct Interface {
    api::Tokens tokens =
        api::Tokens::hs256("a secret of more than thirty-two letters", 900).value();
    counterfoil::services::Settings settings;
    base::SettableClock clock{{1'800'000'000'000}};
    api::Guesses guesses{100};
    counterfoil::test::TemporaryFolder folder;
    counterfoil::services::Authority authority =
        counterfoil::services::Authority::open({folder / "key.pem", folder / "certificate.pem"},
                                               clock)
            .value();
    counterfoil::services::Imports imports{
        {[](const counterfoil::services::Clerk::Act&) { return false; }, settings, clock,
         [](const std::string&, const counterfoil::services::ImportState&) {}}};
    counterfoil::test::SeededEntropy entropy{1};
    counterfoil::crypto::SigningKey signer = counterfoil::crypto::SigningKey::generate(entropy);
    api::Handout handout;
    api::Ground ground{tokens, settings, clock,   guesses, authority, authority.certificate(),
                       signer, handout,  imports, [] {}};
    std::vector<api::Offer> offers;

    Interface() {
        for (auto* make :
             {api::sign_in_offers, api::customer_offers, api::purchase_offers, api::coupon_offers,
              api::terminal_offers, api::import_offers, api::device_offers, api::account_offers,
              api::book_offers, api::book_coupon_offers})
            for (api::Offer& offer : make(ground)) offers.push_back(std::move(offer));
        for (auto* make : {api::pool_offers, api::evidence_offers})
            for (api::Offer& offer : make()) offers.push_back(std::move(offer));
    }
};

// What is no JSON: tables, places in lists, times and addresses.
void take_apart(std::string_view text, const counterfoil::services::Settings& settings) {
    static_cast<void>(api::read_members(text, settings));
    const auto place = counterfoil::services::SlicePlace::parse(text);
    if (place.ok()) {
        const auto again = counterfoil::services::SlicePlace::parse(place.value().text());
        CF_CHECK(again.ok() && again.value().seq == place.value().seq);
    }
    static_cast<void>(api::time_in("from", text));
    const std::string network = counterfoil::http::network_of(text);
    CF_CHECK(network.ends_with("/64") || counterfoil::http::network_of(network) == network);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Interface interface;
    if (size == 0) return 0;
    const auto& offer = interface.offers[data[0] % interface.offers.size()];
    const std::string_view text = base::as_text(base::ByteView(data + 1, size - 1));
    const auto believed = interface.tokens.verify(text, interface.clock.now());
    CF_CHECK(!believed.ok());
    take_apart(text, interface.settings);
    const auto document = json::Document::parse(text);
    if (!document.ok() || !document.value().root().is_object()) return 0;
    const auto checked = offer.request.check(document.value().root());
    if (!checked.ok()) CF_CHECK(!checked.error().sentence.english.empty());
    if (checked.ok() && offer.pattern == "/api/imports/browser-data")
        static_cast<void>(api::read_browser_data(document.value().root(), interface.settings));
    return 0;
}
