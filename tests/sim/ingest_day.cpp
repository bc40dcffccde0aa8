#include "tests/sim/ingest_day.h"

#include <algorithm>
#include <array>

#include "daemon/aggregator/ingest/rebuild.h"
#include "daemon/aggregator/store/migrations.h"
#include "daemon/aggregator/store/sqlite/sqlite_database.h"
#include "firmware/core/wire/from_centre.h"
#include "tests/support/simulated_disk.h"

namespace counterfoil::test {

using base::Result;
using base::Status;
using ingest::Kept;
using store::Database;

namespace {

constexpr std::array<std::string_view, 9> kTables{"SELECT * FROM ledger ORDER BY 1, 2",
                                                  "SELECT * FROM batch ORDER BY 1, 2, 3",
                                                  "SELECT * FROM fork ORDER BY 1, 2, 3, 4",
                                                  "SELECT * FROM purchase ORDER BY 1, 2, 3",
                                                  "SELECT * FROM member ORDER BY 1",
                                                  "SELECT * FROM coupon_use ORDER BY 1, 2, 3",
                                                  "SELECT * FROM shift ORDER BY 1, 2, 3",
                                                  "SELECT * FROM flag ORDER BY 1, 2, 3, 4",
                                                  "SELECT * FROM terminal_figures ORDER BY 1, 2"};

std::size_t pick(std::mt19937_64& random, std::size_t below) {
    return static_cast<std::size_t>(random() % below);
}

std::vector<ingest::Incoming> incoming(const auto& group) {
    std::vector<ingest::Incoming> messages;
    for (const auto& [terminal, payload] : group) messages.push_back({terminal, payload});
    return messages;
}

}  // namespace

IngestDay::IngestDay(std::uint64_t seed)
    : fleet_(2 + static_cast<int>(seed % 3), 12 + static_cast<int>(seed % 11), seed,
             seed % 2 == 0 ? test::Fleet::Signers::work : test::Fleet::Signers::fail_at_times),
      key_(seed + 1'000'000, "centre"),
      verifier_(crypto::Verifier::create(key_.key.public_key()).value()) {
    std::mt19937_64 random(seed);
    mix(random);
    run_straight();
}

// Both cuts of a ledger, merged so that nothing is missing before anything.
std::vector<IngestDay::Message> IngestDay::messages(std::size_t terminal,
                                                    std::mt19937_64& random) const {
    std::array<std::vector<std::string>, 2> cuts{fleet_.cut(terminal, random),
                                                 fleet_.cut(terminal, random)};
    std::array<std::size_t, 2> next{};
    std::vector<Message> merged;
    while (next[0] < cuts[0].size() || next[1] < cuts[1].size()) {
        std::size_t way = pick(random, 2);
        if (next[way] == cuts[way].size()) way = 1 - way;
        const std::string& bytes = cuts[way][next[way]++];
        merged.push_back({Fleet::name(terminal), wire::write(wire::Batch{bytes})});
    }
    return merged;
}

void IngestDay::mix(std::mt19937_64& random) {
    std::vector<std::vector<Message>> queues;
    for (std::size_t i = 0; i < fleet_.ledgers().size(); ++i) queues.push_back(messages(i, random));
    std::vector<Message> all;
    while (!queues.empty()) {
        const std::size_t chosen = pick(random, queues.size());
        auto& queue = queues[chosen];
        all.push_back(queue.front());
        queue.erase(queue.begin());
        if (queue.empty()) queues.erase(queues.begin() + static_cast<std::ptrdiff_t>(chosen));
        if (pick(random, 4) == 0) all.push_back(Message(all[pick(random, all.size())]));
        if (pick(random, 10) == 0) all.push_back({"T1", "rubbish " + std::to_string(all.size())});
    }
    const std::size_t largest = 1 + all.size() / 3;
    for (std::size_t at = 0; at < all.size();) {
        const std::size_t end = std::min(all.size(), at + 1 + pick(random, largest));
        groups_.emplace_back(all.begin() + static_cast<std::ptrdiff_t>(at),
                             all.begin() + static_cast<std::ptrdiff_t>(end));
        at = end;
    }
}

// What is compared with it later is thereby what the events say, too.
void IngestDay::check_rebuilt(Database& database) const {
    SimulatedDisk disk;
    const auto rebuilt = store::SqliteDatabase::open("rebuilt.db", disk.vfs()).value();
    CF_CHECK(prepare(*rebuilt).ok() && ingest::project_all(database, *rebuilt).ok());
    CF_CHECK(ingest::differing_tables(database, *rebuilt).value().empty());
}

void IngestDay::run_straight() {
    SimulatedDisk disk;
    const auto database = store::SqliteDatabase::open("straight.db", disk.vfs()).value();
    CF_CHECK(prepare(*database).ok());
    auto reception = ingest::Reception::open(centre(*database)).value();
    after_.push_back(rows_of(*database));
    for (std::size_t group = 0; group < groups(); ++group) {
        CF_CHECK(take(reception, group).ok());
        after_.push_back(rows_of(*database));
    }
    for (std::size_t i = 0; i < fleet_.ledgers().size(); ++i)
        CF_CHECK(ingest::find_cursor(*database, {Fleet::name(i), 1}).value()->head ==
                 fleet_.ledgers()[i].head());
    check_rebuilt(*database);
}

Status IngestDay::prepare(Database& database) const {
    CF_TRY(store::migrate(database, store::migrations()));
    CF_LET(auto transaction, store::Transaction::begin(database));
    CF_TRY(fleet_.provision(database));
    return transaction.commit();
}

Promise IngestDay::checked(const Promise& promise, const crypto::Digest& head) const {
    for (std::size_t i = 0; i < fleet_.ledgers().size(); ++i) {
        if (Fleet::name(i) != promise.terminal) continue;
        CF_CHECK(promise.seq >= 1 && promise.seq <= fleet_.events(i));
        const auto place = static_cast<std::size_t>(promise.seq - 1);
        CF_CHECK(ledger::event_hash(fleet_.ledgers()[i].events()[place].bytes) == head);
        return promise;
    }
    CF_CHECK(false);
}

Result<std::vector<Promise>> IngestDay::take(ingest::Reception& reception,
                                             std::size_t group) const {
    return give(reception, groups_[group]);
}

Result<std::vector<Promise>> IngestDay::give(ingest::Reception& reception,
                                             const Group& group) const {
    CF_LET(const auto answers, reception.take(incoming(group)));
    std::vector<Promise> promises;
    for (const ingest::Outgoing& answer : answers) {
        CF_LET(const auto said, wire::read_from_centre(answer.payload, verifier_));
        if (const auto* receipt = std::get_if<wire::Receipt>(&said))
            promises.push_back(
                checked({receipt->content.terminal, receipt->content.seq}, receipt->content.head));
    }
    return promises;
}

Result<std::vector<Promise>> IngestDay::keep(Database& database, std::size_t group) const {
    ingest::Terminals terminals;
    CF_TRY(terminals.load(database));
    std::vector<ingest::Candidate> candidates;
    for (const auto& [terminal, payload] : groups_[group]) {
        const auto read = wire::read_from_terminal(payload);
        if (!read.ok()) continue;
        candidates.push_back(
            ingest::examine(std::get<wire::Batch>(read.value()).bytes, terminal, terminals)
                .value());
    }
    CF_LET(const auto all, ingest::keep(database, candidates, clock_.now()));
    std::vector<Promise> promises;
    for (std::size_t i = 0; i < all.size(); ++i) {
        CF_CHECK(all[i].kind == Kept::Kind::kept || all[i].kind == Kept::Kind::again);
        promises.push_back(
            checked({candidates[i].header().terminal, all[i].cursor.seq}, all[i].cursor.head));
    }
    return promises;
}

IngestDay::Snapshot IngestDay::rows_of(Database& database) {
    Snapshot snapshot;
    for (const std::string_view sql : kTables) snapshot.push_back(database.query(sql).value());
    return snapshot;
}

bool IngestDay::is_after(Database& database, std::size_t groups) const {
    return groups < after_.size() && rows_of(database) == after_[groups];
}

std::optional<std::string> IngestDay::give_all_again(Database& database) {
    auto reception = ingest::Reception::open(centre(database));
    if (!reception.ok()) return "it does not open: " + reception.error().line();
    Group all;
    for (const Group& group : groups_) all.insert(all.end(), group.begin(), group.end());
    const auto promised = give(reception.value(), all);
    if (!promised.ok()) return "it takes no more: " + promised.error().line();
    if (!is_after(database, groups())) return "the rows are not those of a straight run";
    return {};
}

}  // namespace counterfoil::test
