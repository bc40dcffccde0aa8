#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "firmware/core/http/loop.h"
#include "firmware/core/http/router.h"
#include "firmware/core/ledger/members.h"
#include "firmware/till/feed.h"
#include "firmware/till/figures.h"
#include "firmware/till/kiosk.h"
#include "firmware/till/worker.h"

namespace counterfoil::till {

// One request of a screen, taken apart.
struct Call {
    std::string screen;
    receipt::Language language = receipt::Language::english;
    checkout::Asked asked;
    http::Parameters parameters;  // of the path
    http::Parameters query;
    std::optional<json::Document> body;

    ledger::Members members() const;
    // A number in the path; -1 where it is none.
    std::int64_t number(std::string_view name) const;
    std::string text(std::string_view name) const;
};

// What a route gives, or why not.
using Answer = checkout::Outcome<json::Object>;

// The till's use cases as routes. Who a screen is, its cookie says, which nobody can guess and no
// page of another origin can send; who works at it has signed in there. Every write of the ledger
// carries an Idempotency-Key. A PIN is checked on the worker's thread: nothing waits for it but its
// own request. All that it is given must outlive it.
class Api {
  public:
    struct World {
        http::Loop& loop;
        Kiosk& kiosk;
        Feed& feed;
        Figures& figures;
        Worker& worker;
        const base::Clock& clock;
        base::Entropy& entropy;
        // Called after every write and every edit, before its answer goes out.
        std::function<void()> recorded;
    };
    explicit Api(World world) : world_(std::move(world)) {}

    base::Status add_routes(http::Router& router);

    // An edit of something else than the basket, by who has signed in; it is answered like one.
    base::Status add_edit(http::Router& router, http::Method method, const std::string& pattern,
                          const std::string& summary, std::function<Answer(Call&)> act);

    // The screen that was used last; empty: none was.
    const std::string& active_screen() const { return active_screen_; }

    // A device's scan, which goes to the screen that was used last.
    void scanned(const std::string& text, const std::string& format);
    // Tells all screens how they stand now.
    void tell_all();

  private:
    enum class Kind {
        read,    // nothing changes
        ask,     // the same, by a known screen
        edit,    // of the basket on the screen: the answer is the screen's new state
        record,  // of the ledger: needs a key
    };
    struct Offer {
        http::Method method;
        std::string pattern;
        Kind kind;
        std::string summary;
        std::string request_schema;
        std::string response_schema;
        std::function<Answer(Call&)> act;
    };
    base::Status add(http::Router& router, Offer offer);
    base::Status add_all(http::Router& router, std::vector<Offer> offers);
    void answer(const Offer& offer, const http::Request& request, http::Responder responder);
    // Shared by the loop, and by the worker until the PIN was looked at.
    void check_pin(std::shared_ptr<Call> call, const checkout::Credentials& credentials,
                   std::function<void(checkout::Outcome<void>)> then);
    void run(const Offer& offer, Call& call, http::Responder responder);
    void remember_edit(const std::string& screen, const std::string& key);
    void used(const Call& call);
    void refuse(http::Responder responder, const checkout::Fault& fault, const Call& call);

    static receipt::Language language_of(const http::Request& request);
    std::optional<std::string> screen_of(const http::Request& request) const;
    std::string new_screen();
    json::Object state(const std::string& screen, receipt::Language language);

    base::Status add_session(http::Router& router);
    base::Status add_catalogue(http::Router& router);
    base::Status add_basket(http::Router& router);
    base::Status add_customer(http::Router& router);
    base::Status add_selling(http::Router& router);
    base::Status add_day(http::Router& router);
    base::Status add_receipts(http::Router& router);
    base::Status add_events(http::Router& router);
    void sign_in(const http::Request& request, http::Responder responder);

    World world_;
    std::string active_screen_;
    receipt::Language active_language_ = receipt::Language::hungarian;
    // The last edits' keys of each screen: an edit that is repeated is not done again.
    std::map<std::string, std::deque<std::string>> edits_;
};

}  // namespace counterfoil::till
