#include "firmware/till/doorbell.h"

#include <algorithm>

#include "firmware/journal/unsynced.h"

namespace counterfoil::till {

using base::Status;
using wire::UplinkState;

namespace {

constexpr std::int64_t kSecondMs = 1000;

base::Wording meaning(UplinkState state) {
    switch (state) {
        case UplinkState::online:
            return {"In touch with the centre.", "Kapcsolatban van a központtal."};
        case UplinkState::no_link:
            return {"No network: look at the cable or the Wi-Fi. Selling goes on.",
                    "Nincs hálózat: nézze meg a kábelt vagy a Wi-Fit. Az eladás folytatódik."};
        case UplinkState::no_broker:
            return {
                "The network is there, the centre's gateway cannot be reached. Selling goes on.",
                "Van hálózat, de a központ átjárója nem érhető el. Az eladás folytatódik."};
        case UplinkState::no_centre:
            return {"The gateway answers, the centre does not. Selling goes on.",
                    "Az átjáró válaszol, a központ nem. Az eladás folytatódik."};
        case UplinkState::refused:
            return {"The centre takes nothing of this till: call who looks after it.",
                    "A központ nem fogad el semmit ettől a kasszától: hívja a karbantartót."};
        case UplinkState::no_sync:
            return {"The service that talks to the centre does not run. Selling goes on.",
                    "A központtal beszélő szolgáltatás nem fut. Az eladás folytatódik."};
    }
    CF_CHECK(false);
}

}  // namespace

std::int64_t receipted_by_file(const std::filesystem::path& folder, journal::Journal& journal) {
    const auto receipt = journal::read_kept_receipt(folder / "receipt", folder / "centre.pem");
    const auto received = journal.received(receipt);
    return received.ok() ? received.value() : journal.base().seq;
}

Doorbell::Doorbell(World world, const std::filesystem::path& folder)
    : world_(std::move(world)), path_(folder / "doorbell") {
    standing_.state = UplinkState::no_sync;
    standing_.epoch = world_.journal.epoch();
    standing_.receipted = receipted_by_file(folder / "sync", world_.journal);
    rung_ = world_.journal.head().seq;
}

Status Doorbell::open() {
    CF_LET(listener_,
           http::LineListener::listen(world_.loop, path_,
                                      [this](base::Descriptor taken) { take(std::move(taken)); }));
    return {};
}

// A daemon that was started anew may come before the end of the one before was noticed.
void Doorbell::take(base::Descriptor connection) {
    auto daemon = http::LineSocket::create(
        world_.loop, std::move(connection),
        {[this](std::string_view line) { hear(line); }, [this] { hang_up(); }});
    if (daemon.ok()) daemon_ = std::move(daemon).value();
}

void Doorbell::hang_up() {
    daemon_.reset();
    standing_.state = UplinkState::no_sync;
    world_.changed();
}

// What it says of another ledger is not about this one.
void Doorbell::hear(std::string_view line) {
    auto heard = wire::read_standing(line);
    if (!heard.ok()) return hang_up();
    wire::Standing now = std::move(heard).value();
    if (now.epoch != standing_.epoch || now.receipted > world_.journal.head().seq)
        now.receipted = 0;
    now.receipted = std::max(now.receipted, world_.journal.base().seq);
    now.epoch = standing_.epoch;
    const bool is_other_mirror = now.mirror != standing_.mirror;
    const bool is_news = now.state != standing_.state || now.reason != standing_.reason ||
                         now.receipted != standing_.receipted || now.older != standing_.older;
    standing_ = std::move(now);
    if (is_other_mirror) world_.mirror_changed();
    if (is_news) world_.changed();
}

void Doorbell::ring() {
    const std::int64_t last = world_.journal.head().seq;
    if (last == rung_) return;
    rung_ = last;
    if (daemon_) daemon_->send(wire::write(wire::Ring{last}));
}

std::int64_t Doorbell::unsynced() const {
    return std::max<std::int64_t>(world_.journal.head().seq - standing_.receipted, 0);
}

std::int64_t Doorbell::oldest_s() {
    if (unsynced() == 0) return 0;
    const std::int64_t first = standing_.receipted + 1;
    if (oldest_seq_ != first) {
        const auto stored = world_.journal.find_event(first);
        if (!stored.ok() || !stored.value()) return 0;
        const auto event = ledger::read_event(stored.value()->bytes);
        const auto at = base::from_rfc3339(event.ok() ? event.value().at : "");
        if (!at.ok()) return 0;
        oldest_seq_ = first;
        oldest_at_ = at.value();
    }
    return std::max<std::int64_t>(world_.clock.now().unix_ms - oldest_at_.unix_ms, 0) / kSecondMs;
}

json::Object Doorbell::answer(base::Language language) {
    const base::Wording words = meaning(standing_.state);
    json::Object object;
    object.set("state", wire::state_name(standing_.state));
    object.set("detail", language == base::Language::hungarian ? words.hungarian : words.english);
    if (!standing_.reason.empty()) object.set("reason", standing_.reason);
    object.set("unsynced", unsynced()).set("oldest_s", oldest_s());
    if (unsynced_older() > 0) object.set("unsynced_older", unsynced_older());
    return object;
}

}  // namespace counterfoil::till
