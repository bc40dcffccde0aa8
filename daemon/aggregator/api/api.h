#pragma once

#include <memory>

#include "daemon/aggregator/api/offer.h"
#include "daemon/aggregator/api/rates.h"
#include "daemon/aggregator/api/request_figures.h"
#include "daemon/aggregator/api/request_log.h"
#include "daemon/aggregator/api/roles.h"
#include "firmware/core/base/log.h"
#include "firmware/core/base/worker.h"
#include "firmware/core/http/loop.h"
#include "firmware/core/http/router.h"

namespace counterfoil::api {

// Each limit is a setting, whose default is what the interface's documents promise.
struct Limits {
    std::int64_t sign_ins_per_minute = 5;  // of one address
    // Of one account, or of an address that signs in to none.
    std::int64_t requests_per_minute = 100;
    // Wrong PINs for one card, or passwords for one address: where there were more, only addresses
    // from which its owner is signed in may try, so that nobody is locked out by others.
    std::int64_t guesses_per_hour = 100;
    // Whoever sends from there is another server, which says in X-Forwarded-For who asked it.
    std::string proxy = {};
    // Of one address at once; those of that other server are everybody's, and it counts them.
    std::int64_t connections_per_address = 64;
    std::int64_t log_lines_per_second = 100;  // of requests; 0: none
};

// The centre's interface for pages, partners and scripts. A request is taken apart on the loop, and
// answered on threads that may wait: it is read on one, reckoned on another, written on a third,
// and its answer comes back to the loop. All that it is given must outlive it.
class Api {
  public:
    struct World {
        http::Loop& loop;
        services::Readers& readers;
        services::Clerk& clerk;
        base::Worker& worker;
        const Ground& ground;
        base::Log& log;
    };
    Api(const World& world, const Limits& limits);

    // Before anybody asks.
    base::Status learn_roles(store::Database& database) { return roles_.load(database); }

    base::Status add_routes(http::Router& router);
    // One more.
    base::Status add(http::Router& router, Offer offer);

    struct Figures {
        std::uint64_t answered = 0;
        std::uint64_t refused = 0;
        std::uint64_t failed = 0;  // because something is broken
        std::uint64_t limited = 0;
        RequestFigures requests;
    };
    const Figures& figures() const { return figures_; }

  private:
    struct Job;
    // Shared by the route and the requests that are under way.
    using SharedOffer = std::shared_ptr<const Offer>;
    // Shared by the threads that take part, one at a time.
    using SharedJob = std::shared_ptr<Job>;

    base::Status add_all(http::Router& router, std::vector<Offer> offers);

    Call begin(const http::Request& request);
    std::optional<http::Response> judge_head(const Offer& offer, const http::Request& request);
    services::Outcome<void> check_head(const Offer& offer, const http::Request& request,
                                       Call& call);
    void answer(const SharedOffer& offer, const http::Request& request, http::Responder responder);
    services::Outcome<void> take(const Offer& offer, const http::Request& request, Call& call);
    services::Outcome<void> take_token(const Offer& offer, const http::Request& request,
                                       Call& call);
    services::Outcome<Claims> prove(std::string_view token, const std::string& address);
    services::Outcome<void> limit(const Offer& offer, const Call& call);
    void start_reading(const SharedJob& job);
    static services::Readers::Answer look(store::Database& database, const services::Slate& slate,
                                          Job& job);
    static services::Readers::Answer read(store::Database& database, Job& job);
    void start_toiling(const SharedJob& job);
    void start_acting(const SharedJob& job);
    services::Clerk::Answer act_once(services::Desk& desk, Job& job);
    void finish(const SharedJob& job, services::Outcome<std::string> answer);
    void respond(Job& job, services::Outcome<std::string> answer);
    http::Response refusal(const Offer& offer, const Call& call, const services::Fault& fault);
    void dress(const Offer& offer, const Call& call, http::Response& response);

    World world_;
    std::string proxy_;
    Rates requests_;
    Rates sign_ins_;
    Rates failures_;  // where secrets are tried
    Roles roles_;
    RequestLog request_log_;
    std::uint64_t last_request_ = 0;
    Figures figures_;
};

}  // namespace counterfoil::api
