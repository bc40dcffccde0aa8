#pragma once

#include <functional>
#include <memory>
#include <string>

#include "firmware/core/base/worker.h"
#include "firmware/core/http/loop.h"
#include "firmware/core/http/router.h"
#include "firmware/core/ledger/members.h"
#include "firmware/till/feed.h"
#include "firmware/till/figures.h"
#include "firmware/till/kiosk.h"

namespace counterfoil::till {

// One request of a screen, taken apart.
struct Call {
    std::string known_as;  // what the screen calls itself
    std::string screen;    // the same where it has proved to be the one that signed in; else empty
    base::Language language = base::Language::english;
    checkout::Asked asked;
    http::Parameters parameters;  // of the path
    http::Parameters query;
    std::optional<json::Document> body;
    std::int64_t wait_ms = 0;  // of who was locked out

    ledger::Members members() const;
    // A number in the path; -1 where it is none.
    std::int64_t number(std::string_view name) const;
    std::string text(std::string_view name) const;
};

// What a route gives, or why not.
using Answer = checkout::Outcome<json::Object>;

// The till's use cases as routes. What a screen is called, its first cookie says, and a second one,
// made new at every sign-in, proves that somebody signed in there; neither can be guessed, nor sent
// by a page of another origin. Without that proof nothing of a basket is told. Every write carries
// an Idempotency-Key. A PIN is checked on the worker's thread: nothing waits for it but its own
// request. All that it is given must outlive it.
class Api {
  public:
    struct World {
        http::Loop& loop;
        Kiosk& kiosk;
        Feed& feed;
        Figures& figures;
        base::Worker& worker;
        const base::Clock& clock;
        base::Entropy& entropy;
        // Called after every write and every edit, before its answer goes out.
        std::function<void()> recorded;
        // How printing stands, for a screen's state.
        std::function<json::Object(base::Language)> printing;
        // How it stands with the centre.
        std::function<json::Object(base::Language)> syncing;
        base::Language till_language = base::Language::hungarian;  // as the till was set up
    };
    explicit Api(World world) : world_(std::move(world)) {}

    base::Status add_routes(http::Router& router);

    // A write of something else than a basket or the ledger, by who has signed in.
    base::Status add_change(http::Router& router, http::Method method, const std::string& pattern,
                            const std::string& summary, std::function<Answer(Call&)> act,
                            const std::string& request_schema = {});
    // What anybody may ask.
    base::Status add_read(http::Router& router, const std::string& pattern,
                          const std::string& summary, const std::string& response_schema,
                          std::function<Answer(Call&)> act);

    // A manager's: read by a manager who is signed in; else it may be approved by one beside.
    struct Managed {
        http::Method method = http::Method::get;
        std::string pattern = {};
        std::string summary = {};
        std::string request_schema = {};
        std::string response_schema = {};
        std::vector<http::Description::Parameter> parameters = {};
        bool is_change = false;  // of something else than a basket or the ledger
        std::function<Answer(Call&)> act = {};
        // In the place of the above: answers when it is done, on the loop.
        std::function<void(Call&, std::function<void(Answer)>)> act_later = {};
    };
    base::Status add_managed(http::Router& router, Managed managed);

    // The screen that was used last; empty: none was.
    const std::string& active_screen() const { return active_screen_; }

    // A device's scan, which goes to the screen that was used last.
    void scanned(const std::string& text, const std::string& format);
    // Tells all screens that what they share has changed: to ask for their state anew.
    void tell_all();

  private:
    enum class Kind {
        read,    // nothing changes
        ask,     // the same, by a known screen
        edit,    // of the basket on the screen: the answer is the screen's new state
        change,  // of what is neither basket nor ledger
        record,  // of the ledger
    };
    struct Offer {
        http::Method method;
        std::string pattern;
        Kind kind;
        std::string summary;
        std::string request_schema;
        std::string response_schema;
        std::function<Answer(Call&)> act;
        bool concerns_all = false;  // an edit that other screens see
        std::string told_as = {};   // the name of what it gives, in the state that answers an edit
        std::vector<http::Description::Parameter> parameters = {};
        // In the place of act, for what only reads.
        std::function<void(Call&, std::function<void(Answer)>)> act_later = {};
    };
    base::Status add(http::Router& router, Offer offer);
    base::Status add_all(http::Router& router, std::vector<Offer> offers);
    static http::Description description_of(const Offer& offer);
    void answer(const Offer& offer, const http::Request& request, http::Responder responder);
    // Shared by the loop, and by the worker while a PIN is looked at.
    using SharedCall = std::shared_ptr<Call>;
    using Taken = base::Result<SharedCall, http::Refusal>;
    Taken take(Kind kind, const http::Request& request) const;
    void run_approved(const Offer& offer, SharedCall call, const checkout::Credentials& approval,
                      http::Responder responder);
    void check_pin(SharedCall call, const checkout::Credentials& credentials,
                   std::function<void(checkout::Outcome<void>)> then);
    void run(const Offer& offer, const SharedCall& call, http::Responder responder);
    void run_later(const Offer& offer, const SharedCall& call, http::Responder responder);
    checkout::Outcome<void> check_manager(const Call& call, Kind kind);
    checkout::Outcome<void> tell_locked(json::Object& person, const std::string& staff);
    Answer act_once(const Offer& offer, Call& call);
    void used(const Call& call);
    void refuse(http::Responder responder, const checkout::Fault& fault, const Call& call);

    std::string name_of(const http::Request& request) const;
    bool proves(const std::string& name, const http::Request& request) const;
    std::string new_secret();
    std::string cookie(const std::string& name, const std::string& value) const;
    // Scanners follow the screen at which somebody works; one that comes back finds them again.
    bool somebody_works_at(const std::string& screen) const;
    void take_up(const Call& call);
    json::Object state(const std::string& screen, base::Language language);
    // All that shows this screen, each in its language.
    void tell_state(const std::string& screen);
    // What was recorded at this screen, for the customer's display.
    void tell_sold(const Call& call, const checkout::Recorded<ledger::Sale>& sold,
                   std::string_view kind);
    void tell_sold(const Call& call, const checkout::Recorded<ledger::GivingBack>& back,
                   std::string_view kind);
    template <class Body>
    json::Object sold_told(const checkout::Recorded<Body>& recorded, std::string_view kind,
                           std::int64_t points_earned);
    void tell_basket(json::Object& now, const std::string& screen, base::Language language);

    base::Status add_session(http::Router& router);
    base::Status add_catalogue(http::Router& router);
    base::Status add_basket(http::Router& router);
    base::Status add_customer(http::Router& router);
    base::Status add_selling(http::Router& router);
    base::Status add_parking(http::Router& router);
    base::Status add_day(http::Router& router);
    base::Status add_receipts(http::Router& router);
    Answer tell_receipt(const Call& call);
    base::Status add_events(http::Router& router);
    void greet(const http::Request& request, http::Responder responder);
    void sign_in(const http::Request& request, http::Responder responder);

    World world_;
    std::string active_screen_;
};

}  // namespace counterfoil::till
