#include "daemon/aggregator/api/lists.h"
#include "daemon/aggregator/services/terminal_evidence.h"
#include "daemon/aggregator/services/terminals.h"
#include "firmware/core/base/coding.h"

namespace counterfoil::api {

using http::Method;
using services::Fork;
using services::Outcome;
using services::Quarantined;

namespace {

constexpr std::int64_t kDigest = 64;
constexpr std::int64_t kReason = 40;
// Of a megabyte, which is the most that is kept of anything.
constexpr std::int64_t kEncoded = 1'500'000;
const std::string kTag = "terminals";

Shape fork_shape() {
    return {text("digest", kDigest).say("the hash of its last event, in hexadecimal"),
            whole("epoch"), whole("seq").say("of that event"), time("found_at"),
            whole("size").say("bytes")};
}

json::Object fork_answer(const Fork& fork) {
    json::Object object;
    object.set("digest", fork.digest).set("epoch", fork.epoch).set("seq", fork.seq);
    object.set("found_at", services::document_time(fork.at_ms)).set("size", fork.size);
    return object;
}

Shape quarantined_shape() {
    return {text("digest", kDigest).say("its SHA-256, in hexadecimal"), text("reason", kReason),
            time("found_at"), whole("size").say("bytes")};
}

json::Object quarantined_answer(const Quarantined& quarantined) {
    json::Object object;
    object.set("digest", quarantined.digest).set("reason", quarantined.reason);
    object.set("found_at", services::document_time(quarantined.at_ms));
    object.set("size", quarantined.size);
    return object;
}

// One of these lists: where it stands, what of it is asked for, and how that is told.
template <class Item>
struct Kind {
    const char* name;
    const char* said;
    Shape (*shape)();
    json::Object (*answer)(const Item&);
    Outcome<services::EvidencePage<Item>> (*list)(store::Database&, const std::string&,
                                                  services::Part);
    Outcome<services::Evidence<Item>> (*find)(store::Database&, const std::string&,
                                              const std::string&);
};

template <class Item>
Offer all_offer(const Kind<Item>& kind) {
    Offer all{Method::get, std::string("/api/terminals/{name}/") + kind.name, Who::admin, kind.said,
              kTag};
    all.table = kind.name;
    all.response = page_shape(kind.name, kind.shape());
    all.query = part_query();
    all.read = [kind](store::Database& database, Call& call) -> services::Readers::Answer {
        const std::string terminal = call.place("name");
        CF_TRY(services::find_terminal(database, terminal));
        CF_LET(const auto page, kind.list(database, terminal, part_of(call)));
        return written_page(kind.name, page.total, page.items, kind.answer);
    };
    return all;
}

template <class Item>
Offer one_offer(const Kind<Item>& kind) {
    Offer one{Method::get, std::string("/api/terminals/{name}/") + kind.name + "/{digest}",
              Who::admin, "One of these, with its bytes as they came", kTag};
    one.response = kind.shape().with({text("bytes", kEncoded, 0).say("in base64url")});
    one.read = [kind](store::Database& database, Call& call) -> services::Readers::Answer {
        const std::string terminal = call.place("name");
        CF_TRY(services::find_terminal(database, terminal));
        CF_LET(const auto found, kind.find(database, terminal, call.place("digest")));
        json::Object answer = kind.answer(found.item);
        answer.set("bytes", base::to_base64url(found.bytes));
        return written(answer);
    };
    return one;
}

}  // namespace

std::vector<Offer> evidence_offers() {
    const Kind<Fork> forks{"forks",
                           "Second histories of a terminal's ledgers, the latest first",
                           fork_shape,
                           fork_answer,
                           services::list_forks,
                           services::find_fork};
    const Kind<Quarantined> quarantine{"quarantine",
                                       "What could not be taken of a terminal, the latest first",
                                       quarantined_shape,
                                       quarantined_answer,
                                       services::list_quarantined,
                                       services::find_quarantined};
    return {all_offer(forks), one_offer(forks), all_offer(quarantine), one_offer(quarantine)};
}

}  // namespace counterfoil::api
