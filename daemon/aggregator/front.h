#pragma once

#include "daemon/aggregator/api/api.h"
#include "daemon/aggregator/centre_folder.h"

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
    const api::Api::Figures& figures() const { return api_.figures(); }
    // Any thread.
    std::vector<services::ImportState> import_states() { return imports_.states(); }

  private:
    Front(const World& world, const FrontOptions& options, api::Tokens tokens,
          services::Authority authority, std::vector<std::unique_ptr<store::Database>> connections);

    void tell(const std::string& id, const services::ImportState& state);

    World world_;
    services::Settings settings_;
    api::Tokens tokens_;
    api::Guesses guesses_;
    services::Authority authority_;
    base::UuidMaker ids_;
    services::Clerk clerk_;
    services::Imports imports_;
    api::Ground ground_;
    std::optional<base::Worker> worker_;
    std::optional<services::Readers> readers_;
    api::Api api_;
};

}  // namespace counterfoil::aggregator
