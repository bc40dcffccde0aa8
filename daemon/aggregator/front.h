#pragma once

#include "daemon/aggregator/api/api.h"
#include "daemon/aggregator/centre_folder.h"
#include "daemon/aggregator/services/revocation_file.h"

namespace counterfoil::aggregator {

struct FrontOptions {
    std::string postgres;  // empty: the store is a file in the folder
    api::Limits limits;
    std::vector<std::string> origins;  // whose pages may read what is answered
    // PEM files; empty: another server before this one, or nobody, hides what is said.
    std::filesystem::path certificate;
    std::filesystem::path key;
    std::int64_t token_minutes = 15;
    bool allow_registration = false;
    // Where devices find their broker, whoever vouches for it (PEM), and whose topics they have.
    std::string device_broker;  // empty: there is none
    std::uint16_t device_broker_port = 0;
    std::filesystem::path device_broker_authority;
    std::string tenant;
    std::int64_t link_seconds = 366LL * 24 * 60 * 60;  // how long a device's certificate is good
    // How long brokers may believe a list of who was revoked, which is renewed long before: a
    // centre that stands still for that long has other sorrows than terminals that are let in.
    std::int64_t revocations_seconds = 90LL * 24 * 60 * 60;
    // Holds the secret by which tokens are signed; empty: they are by a key of the centre's own.
    std::filesystem::path token_secret;
};

// The interface for people and programs, beside what terminals send. Everything that it is given
// must outlive it.
class Front {
  public:
    struct World {
        OpenCentre& centre;
        http::Loop& loop;
        const base::Clock& clock;
        base::Log& log;
        base::Entropy& entropy;                   // the writing thread's
        std::function<void()> wake;               // the writing thread: it has something to do
        std::function<void()> terminals_changed;  // on the writing thread
    };
    static base::Result<std::unique_ptr<Front>> open(const World& world, const CentreFolder& folder,
                                                     const FrontOptions& options);
    // Ends its own threads; before the writing thread ends.
    void stop();

    // Whoever lets all others in: made where there is none, and told once. Before the writing
    // thread works.
    struct FirstAdmin {
        std::string loyalty_id;
        std::string pin;
    };
    base::Result<std::optional<FirstAdmin>> make_first_admin();

    base::Status add_routes(http::Router& router) { return api_.add_routes(router); }
    base::Status add_route(http::Router& router, api::Offer offer) {
        return api_.add(router, std::move(offer));
    }
    // On the writing thread.
    void work() { clerk_.work(); }
    const services::Settings& settings() const { return settings_; }
    // The same: brokers are to know at once who may not come any more, and hear it anew each day.
    base::Status write_revocations_if_due();
    void hurry_revocations() { are_terminals_changed_ = true; }
    const api::Api::Figures& figures() const { return api_.figures(); }
    // Any thread.
    std::vector<services::ImportState> import_states() { return imports_.states(); }

  private:
    struct Vouching {
        services::Authority authority;
        services::RevocationFile revocations;
        api::Handout handout;
    };
    static base::Result<Vouching> open_vouching(const CentreFolder& folder,
                                                const FrontOptions& options,
                                                const base::Clock& clock);
    Front(const World& world, const FrontOptions& options, api::Tokens tokens, Vouching vouching,
          std::vector<std::unique_ptr<store::Database>> connections);

    void tell(const std::string& id, const services::ImportState& state);

    World world_;
    services::Settings settings_;
    api::Tokens tokens_;
    api::Guesses guesses_;
    services::Authority authority_;
    services::RevocationFile revocations_;
    std::int64_t revocations_again_ms_ = 0;
    bool has_failed_to_revoke_ = false;
    bool are_terminals_changed_ = true;
    api::Handout handout_;
    base::UuidMaker ids_;
    services::Clerk clerk_;
    services::Imports imports_;
    api::Ground ground_;
    std::optional<base::Worker> worker_;
    std::optional<services::Readers> readers_;
    api::Api api_;
};

}  // namespace counterfoil::aggregator
