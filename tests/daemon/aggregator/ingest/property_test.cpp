#include <algorithm>
#include <chrono>

#include "daemon/aggregator/ingest/reception.h"
#include "tests/daemon/aggregator/ingest/centre.h"
#include "tests/support/properties.h"
#include "tests/support/simulated_disk.h"

namespace counterfoil::ingest {
namespace {

using test::draw;
using test::Fleet;
using test::one_in;

constexpr std::size_t kTerminals = 3;
constexpr int kEvents = 14;

const std::vector<Fleet>& fleets() {
    static const auto made = [] {
        std::vector<Fleet> fleets;
        for (std::uint64_t seed = 1; seed <= 8; ++seed)
            fleets.emplace_back(static_cast<int>(kTerminals), kEvents, seed);
        return fleets;
    }();
    return made;
}

// A database on a disk in memory.
struct Store {
    explicit Store(const Fleet& fleet)
        : database(store::SqliteDatabase::open("centre.db", disk.vfs()).value()) {
        CF_CHECK(store::migrate(*database, store::migrations()).ok());
        CF_CHECK(fleet.provision(*database).ok() && terminals.load(*database).ok());
    }
    std::int64_t held(std::size_t terminal) const {
        return find_cursor(*database, {Fleet::name(terminal), 1}).value()->seq;
    }

    test::SimulatedDisk disk;
    std::unique_ptr<store::Database> database;
    Terminals terminals;
};

struct Sent {
    std::size_t terminal = 0;
    std::string bytes;
};

// The first events of some terminals, each cut one to three times in whatever way.
std::vector<Sent> draw_batches(const Fleet& fleet, const std::vector<std::int64_t>& ends) {
    std::vector<Sent> batches;
    for (std::size_t terminal = 0; terminal < ends.size(); ++terminal)
        for (int cuts = draw(1, 4); cuts > 0; --cuts)
            for (std::int64_t from = 1; from <= ends[terminal];) {
                const std::int64_t to = draw(from, ends[terminal] + 1);
                batches.push_back({terminal, fleet.batch(terminal, from, to)});
                from = to + 1;
            }
    for (auto copies = draw<std::size_t>(0, 6); copies > 0; --copies)
        batches.push_back(Sent(test::draw_of(batches)));
    return batches;
}

// All of them, in whatever order and groups.
void give(Store& centre, std::vector<Sent> batches) {
    for (std::size_t i = batches.size(); i > 1; --i)
        std::swap(batches[i - 1], batches[draw<std::size_t>(0, i)]);
    for (std::size_t at = 0; at < batches.size();) {
        const std::size_t end = draw(at, batches.size()) + 1;
        std::vector<Candidate> group;
        for (; at < end; ++at)
            group.push_back(
                examine(batches[at].bytes, Fleet::name(batches[at].terminal), centre.terminals)
                    .value());
        RC_ASSERT(keep(*centre.database, group, test::kMorning).ok());
    }
}

TEST(IngestProperty, NeitherCutsNorOrderNorGroupsNorCopiesMakeADifference) {
    fleets();
    test::expect_always(
        [] {
            const Fleet& fleet = fleets()[draw<std::size_t>(0, fleets().size())];
            std::vector<std::int64_t> ends;
            for (std::size_t i = 0; i < kTerminals; ++i)
                ends.push_back(one_in(6) ? 0 : draw<std::int64_t>(1, kEvents + 1));
            const std::vector<Sent> batches = draw_batches(fleet, ends);
            Store centre(fleet);
            const auto is_whole = [&] {
                for (std::size_t i = 0; i < ends.size(); ++i)
                    if (centre.held(i) != ends[i]) return false;
                return true;
            };
            // What was refused because something before it was missing is sent again, with the
            // rest.
            for (std::size_t round = 0; !is_whole(); ++round) {
                RC_ASSERT(round <= batches.size());
                give(centre, batches);
            }
            Store straight(fleet);
            for (std::size_t i = 0; i < ends.size(); ++i)
                if (ends[i] > 0) give(straight, {{i, fleet.batch(i, 1, ends[i])}});
            RC_ASSERT(differing_tables(*centre.database, *straight.database).value().empty());
        },
        test::kCostlyCases);
}

// Signers that fail anywhere, for as long as they like, and ledgers that end meanwhile.
TEST(IngestProperty, NorDoesItWhereASignerFails) {
    static const auto made = [] {
        std::vector<Fleet> fleets;
        for (std::uint64_t seed = 1; seed <= 24; ++seed)
            fleets.emplace_back(1, kEvents, seed, Fleet::Signers::fail_at_times);
        return fleets;
    }();
    test::expect_always(
        [] {
            const Fleet& fleet = made[draw<std::size_t>(0, made.size())];
            const std::int64_t end = draw<std::int64_t>(1, fleet.events(0) + 1);
            const std::vector<Sent> batches = draw_batches(fleet, {end});
            Store centre(fleet);
            for (std::size_t round = 0; centre.held(0) != end; ++round) {
                RC_ASSERT(round <= batches.size());
                give(centre, batches);
            }
            Store straight(fleet);
            give(straight, {{0, fleet.batch(0, 1, end)}});
            RC_ASSERT(differing_tables(*centre.database, *straight.database).value().empty());
            const auto ends = [](Store& store) {
                return store.database->query("SELECT seq, head, unsigned_from FROM ledger").value();
            };
            RC_ASSERT(ends(centre) == ends(straight));
        },
        test::kCostlyCases);
}

TEST(IngestProperty, ABatchWithAnyBitFlippedIsRefusedOrSaysTheSame) {
    const Fleet& fleet = fleets().front();
    Store centre(fleet);
    std::string bytes = fleet.batch(0, 3, 7);
    const auto whole = ledger::Batch::read(bytes).value();
    int taken = 0;
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        const auto flip = [&] {
            bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
        };
        flip();
        const auto examined = examine(bytes, "T1", centre.terminals);
        if (examined.ok()) {
            ++taken;
            const ledger::Batch& batch = examined.value().batch;
            ASSERT_EQ(batch.header_line(), whole.header_line()) << "bit " << bit;
            ASSERT_EQ(batch.lines().size(), whole.lines().size()) << "bit " << bit;
            for (std::size_t i = 0; i < whole.lines().size(); ++i)
                ASSERT_EQ(batch.lines()[i].bytes, whole.lines()[i].bytes) << "bit " << bit;
        }
        flip();
    }
    // The signatures before the last one stand behind no event; an audit looks at them later.
    EXPECT_LT(taken, static_cast<int>(bytes.size()) * 2);
    EXPECT_TRUE(examine(bytes, "T1", centre.terminals).ok());
}

// A frame of zstd that claims to unpack to so much, and that says "131,071 times the letter x" as
// often as fits into a batch: two gigabytes.
std::string bomb(std::uint32_t claimed) {
    std::string frame("\x28\xb5\x2f\xfd\xa0", 5);
    for (int shift = 0; shift < 32; shift += 8) frame += static_cast<char>(claimed >> shift);
    const auto block = [&frame](std::uint32_t is_last) {
        constexpr std::uint32_t kRepeat = 1;
        const std::uint32_t header = (131'071U << 3U) | (kRepeat << 1U) | is_last;
        for (int shift = 0; shift < 24; shift += 8) frame += static_cast<char>(header >> shift);
        frame += 'x';
    };
    while (frame.size() + 8 <= ledger::kMaxBatchBytes) block(0);
    block(1);
    return frame;
}

TEST(Bomb, IsRefusedAtOnceAndDelaysNobody) {
    Centre centre(fleets().front());
    test::TestTill key(99, "centre");
    const base::SettableClock clock(test::kMorning);
    Reception reception = Reception::open({centre.database(), key.key, clock}).value();
    std::vector<std::string> payloads;
    for (const std::uint32_t claimed :
         {0U, 1U, 131'071U, 512U * 1024, 512U * 1024 + 1, 1U << 30U, 0xffffffffU})
        payloads.push_back(wire::write(wire::Batch{bomb(claimed)}));
    payloads.push_back(wire::write(wire::Batch{fleets().front().batch(1, 1, kEvents)}));
    std::vector<Incoming> messages;
    for (const std::string& payload : payloads)
        messages.push_back({&payload == &payloads.back() ? "T2" : "T1", payload});
    const auto start = std::chrono::steady_clock::now();
    const auto answers = reception.take(messages).value();
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
    EXPECT_EQ(answers.size(), messages.size());
    EXPECT_EQ(reception.figures().receipts, 1u);
    EXPECT_EQ(reception.figures().refused_for(wire::Reason::too_large), 3u);
    EXPECT_EQ(reception.figures().refused_for(wire::Reason::malformed), 4u);
    EXPECT_EQ(centre.held("T2"), kEvents);
}

}  // namespace
}  // namespace counterfoil::ingest
