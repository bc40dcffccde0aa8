#include "tests/sim/sync_chaos.h"

#include <array>
#include <charconv>
#include <random>

#include "daemon/aggregator/ingest/audit.h"
#include "daemon/aggregator/rebuild_check.h"
#include "firmware/core/base/coding.h"
#include "firmware/till/till_folder.h"
#include "tests/daemon/sync/till_site.h"
#include "tests/support/network_proxy.h"

namespace counterfoil::test {
namespace {

using aggregator::CentreFolder;
using aggregator::OpenCentre;
using base::Code;
using base::Error;
using base::Result;
using base::Status;
using sync::SyncFolder;

constexpr std::int64_t kPatienceMs = 60'000;

// It takes and keeps next to nothing: what it refuses and drops has to come again.
const std::vector<std::string> kLittle{"--queued", "2",
                                       "--limit",  "messages_per_second=20",
                                       "--limit",  "messages_at_once=20",
                                       "--limit",  "bytes_per_second=20000",
                                       "--limit",  "bytes_at_once=70000"};

constexpr std::array kModes{NetworkProxy::Mode::open,     NetworkProxy::Mode::open,
                            NetworkProxy::Mode::open,     NetworkProxy::Mode::open,
                            NetworkProxy::Mode::refusing, NetworkProxy::Mode::stalling,
                            NetworkProxy::Mode::deaf,     NetworkProxy::Mode::mute};

Error wrong(const std::string& what) {
    return {Code::refused, what};
}

std::int64_t now_ms() {
    return base::SystemClock().steady_ms();
}

// The number behind the last "sold ".
std::int64_t last_sold(const std::string& told) {
    constexpr std::string_view kSold = "sold ";
    const auto at = told.rfind(kSold);
    std::int64_t seq = 0;
    if (at != std::string::npos)
        std::from_chars(told.data() + at + kSold.size(), told.data() + told.size(), seq);
    return seq;
}

// A till that sells, its daemon, and the network between that and the broker.
class Shop {
  public:
    Shop(const std::filesystem::path& folder, std::string name, std::uint64_t seed,
         std::uint16_t broker)
        : name_(std::move(name)),
          folder_{folder / name_},
          log_(folder / (name_ + ".log")),
          seed_(seed),
          network_(broker, seed),
          sync_(folder_, folder / (name_ + ".sync.log")) {}

    const std::string& name() const { return name_; }
    till::TillFolder till() const { return {folder_.till}; }
    const SyncFolder& folder() const { return folder_; }
    NetworkProxy& network() { return network_; }
    sync::SyncProcess& sync() { return sync_; }

    // With some sales of the days before.
    Status set_up(std::int64_t sales) {
        std::filesystem::create_directories(folder_.till);
        CF_LET(auto ledger, till::TillLedger::create(till(), name_, clock_));
        CF_LET(journal::Totals totals, ledger.journal().totals());
        constexpr std::size_t kAtOnce = 50;
        while (sales > 0) {
            std::vector<journal::Draft> drafts;
            for (; sales > 0 && drafts.size() < kAtOnce; --sales)
                drafts.push_back(sync::plain_sale(totals, 5 * sales));
            CF_TRY(ledger.journal().append(drafts));
        }
        return {};
    }
    void start_till() {
        const std::vector<std::string> words{COUNTERFOIL_SELLING_TILL, folder_.till.string(),
                                             std::to_string(++seed_)};
        till_.emplace(words, log_);
    }
    void start_sync() { sync_.start({"--refused-ms", "100"}); }
    Status kill_till() {
        if (till_->has_ended()) return wrong("the till ended by itself: " + till_->output());
        till_->kill();
        return {};
    }
    Status kill_sync() {
        if (sync_.has_ended()) return wrong("sync ended by itself: " + sync_.log());
        sync_.kill();
        return {};
    }
    // The last event that was told as durable.
    std::int64_t sold() const { return last_sold(till_->output()); }

  private:
    std::string name_;
    SyncFolder folder_;
    std::filesystem::path log_;
    std::uint64_t seed_;
    base::SystemClock clock_;
    NetworkProxy network_;
    sync::SyncProcess sync_;
    std::optional<Program> till_;
};

class Story {
  public:
    Story(std::uint64_t seed, load::OwnBroker& broker, const std::filesystem::path& folder)
        : random_(seed),
          broker_(broker),
          folder_(folder),
          centre_(folder / "centre", ""),
          shops_{Shop(folder, "T01", random_(), broker.port()),
                 Shop(folder, "T02", random_(), broker.port())} {}

    Status run(ChaosStory& story) {
        CF_TRY(set_up());
        for (std::int64_t left = 8 + pick(8); left > 0; --left) {
            pause(200);
            CF_TRY(disturb());
        }
        CF_TRY(settle(story));
        return compare();
    }

  private:
    std::int64_t pick(std::int64_t below) {
        return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(below));
    }
    void pause(std::int64_t below_ms) {
        std::this_thread::sleep_for(std::chrono::milliseconds(pick(below_ms)));
    }
    Status set_up();
    Status disturb();
    void worsen(NetworkProxy& network);
    Status cut_power(Shop& shop, bool of_till, bool of_sync);
    Status kill_broker(bool becomes_little);
    Status kill_centre(bool with_broker);
    Status settle(ChaosStory& story);
    Status compare();
    static Status compare(OpenCentre& centre, const Shop& shop);

    std::mt19937_64 random_;
    load::OwnBroker& broker_;
    const std::filesystem::path folder_;
    load::OwnCentre centre_;
    std::array<Shop, 2> shops_;
    int kills_ = 0;
};

Status Story::set_up() {
    constexpr std::int64_t kMostBefore = 2000;
    std::vector<std::filesystem::path> certificates;
    for (Shop& shop : shops_) {
        CF_TRY(shop.set_up(pick(2) == 0 ? 0 : pick(kMostBefore)));
        certificates.push_back(shop.till().certificate());
    }
    CF_TRY(centre_.provision(certificates));
    for (Shop& shop : shops_) {
        sync::bring_trust(shop.folder(), broker_, folder_ / "centre" / "certificate.pem",
                          shop.name(), shop.network().port());
        if (pick(2) == 0) worsen(shop.network());
        shop.start_till();
        shop.start_sync();
    }
    return centre_.start(broker_, link::Protocol::mqtt5);
}

Status Story::disturb() {
    Shop& shop = shops_.at(static_cast<std::size_t>(pick(2)));
    switch (pick(14)) {
        case 0:
            return cut_power(shop, true, false);
        case 1:
        case 2:
            return cut_power(shop, false, true);
        case 3:
            return cut_power(shop, true, true);
        case 4:
        case 5:
            return kill_centre(false);
        case 6:
            return kill_centre(true);
        case 7:
        case 8:
            return kill_broker(pick(2) == 0);
        default:
            worsen(shop.network());
            pause(600);  // in which the daemon calls again, and is cut again
            return {};
    }
}

void Story::worsen(NetworkProxy& network) {
    network.delay(pick(3) == 0 ? pick(40) : 0);
    network.throttle(pick(3) == 0 ? 20'000 + pick(500'000) : 0);
    const bool is_cut = pick(2) == 0;
    network.cut_after(is_cut ? 2000 + pick(20'000) : 0);
    network.set(kModes.at(static_cast<std::size_t>(pick(kModes.size()))));
    // What is there already goes on as it was.
    if (is_cut || pick(3) == 0) network.cut();
}

Status Story::cut_power(Shop& shop, bool of_till, bool of_sync) {
    if (of_till) CF_TRY(shop.kill_till());
    if (of_sync) CF_TRY(shop.kill_sync());
    kills_ += of_till && of_sync ? 2 : 1;
    pause(50);
    if (of_sync) shop.start_sync();
    if (of_till) shop.start_till();
    return {};
}

Status Story::kill_broker(bool becomes_little) {
    ++kills_;
    broker_.kill();
    broker_.be_told(becomes_little ? kLittle : std::vector<std::string>{});
    pause(100);
    return broker_.start();
}

Status Story::kill_centre(bool with_broker) {
    if (centre_.has_ended()) return wrong("the centre ended by itself: " + centre_.log());
    centre_.kill();
    ++kills_;
    pause(50);
    if (with_broker) CF_TRY(kill_broker(false));
    return centre_.start(broker_, link::Protocol::mqtt5);
}

Status Story::settle(ChaosStory& story) {
    for (Shop& shop : shops_) {
        CF_TRY(shop.kill_till());
        NetworkProxy& network = shop.network();
        network.set(NetworkProxy::Mode::open);
        network.delay(0);
        network.throttle(0);
        story.cuts += network.cuts();
        network.cut_after(0);
        network.cut();
    }
    CF_TRY(kill_broker(false));
    story.kills = kills_ + static_cast<int>(shops_.size());
    const std::int64_t start_ms = now_ms();
    for (Shop& shop : shops_) {
        const base::SystemClock clock;
        CF_LET(auto ledger, till::TillLedger::open(shop.till(), clock));
        const std::int64_t end = ledger.journal().head().seq;
        story.events += end;
        if (shop.sold() > end)
            return wrong(shop.name() + " told of event " + std::to_string(shop.sold()) +
                         " and has " + std::to_string(end));
        if (!shop.sync().has_receipt(end, kPatienceMs - (now_ms() - start_ms)))
            return wrong(shop.name() + " has receipts up to " +
                         std::to_string(shop.sync().receipted()) + " of " + std::to_string(end));
    }
    story.settling_ms = now_ms() - start_ms;
    return {};
}

// Every table of the centre is what the events amount to, and every event is signed and linked.
Status look_through(OpenCentre& centre, const std::filesystem::path& folder) {
    CF_LET(const auto differing, aggregator::differing_from_rebuilt(centre, folder / "rebuilt.db"));
    if (!differing.empty()) return wrong("rebuilt, " + differing.front() + " differs");
    ingest::Terminals terminals;
    CF_TRY(terminals.load(centre.database()));
    const base::SystemClock clock;
    std::optional<std::string> found;
    ingest::Auditor auditor({centre.database(), terminals, clock, [&](const auto& finding) {
                                 found = std::string(sentence_of(finding));
                             }});
    for (bool goes_on = true; goes_on;) {
        CF_LET(goes_on, auditor.step());
    }
    if (found) return wrong("the audit: " + *found);
    if (auditor.figures().batches == 0) return wrong("the audit saw nothing");
    for (const char* table : {"fork", "quarantine", "audit_finding"}) {
        CF_LET(const auto rows,
               centre.database().query(std::string("SELECT count(*) FROM ") + table));
        if (rows.integer(0, 0) != 0) return wrong(std::string("there is a row in ") + table);
    }
    return {};
}

Status Story::compare() {
    for (Shop& shop : shops_)
        if (const int status = shop.sync().stop(); status != 0)
            return wrong("sync ended with " + std::to_string(status) + ": " + shop.sync().log());
    CF_TRY(centre_.stop());
    const base::SystemClock clock;
    crypto::Random random;
    CF_LET(const auto centre,
           OpenCentre::open(CentreFolder(folder_ / "centre"), "", clock, random));
    CF_TRY(look_through(*centre, folder_));
    for (Shop& shop : shops_) CF_TRY(compare(*centre, shop));
    return {};
}

// An export of it, judged as anybody would judge it.
Status verify_export(const Shop& shop, const crypto::Digest& head) {
    const std::string file = shop.folder().till.string() + ".ledger";
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"export", shop.folder().journal().string(), "-o", file},
          std::vector<std::string>{"verify", file, "--head", base::to_hex(head)}}) {
        std::vector<std::string> all{COUNTERFOIL_TOOL, "ledger"};
        all.insert(all.end(), words.begin(), words.end());
        const Ran ran = run_program(all);
        if (ran.status != 0) return wrong(shop.name() + ": ledger " + words[0] + ran.output);
    }
    return {};
}

// One chain with one head has the same events on both sides.
Status Story::compare(OpenCentre& centre, const Shop& shop) {
    const base::SystemClock clock;
    CF_LET(auto ledger, till::TillLedger::open(shop.till(), clock));
    const journal::Head head = ledger.journal().head();
    CF_LET(const journal::Totals totals, ledger.journal().totals());
    const auto query = [&](std::string_view sql) {
        return centre.database().query(sql, {shop.name()});
    };
    CF_LET(const auto held, query("SELECT seq, head, frozen FROM ledger WHERE terminal = $1"));
    CF_LET(const auto batches, query("SELECT coalesce(sum(to_seq - from_seq + 1), 0) FROM batch "
                                     "WHERE terminal = $1"));
    CF_LET(const auto sums, query("SELECT events, sales, sales_minor FROM terminal_figures "
                                  "WHERE terminal = $1"));
    CF_LET(const auto purchases, query("SELECT count(*), sum(total_minor) FROM purchase "
                                       "WHERE terminal = $1"));
    const bool is_same_chain = held.integer(0, 0) == head.seq &&
                               std::ranges::equal(held.blob(0, 1), head.hash) &&
                               held.integer(0, 2) == 0 && batches.integer(0, 0) == head.seq;
    if (!is_same_chain) return wrong(shop.name() + ": the centre's ledger is another");
    const bool are_same_sums =
        sums.integer(0, 0) == head.seq && sums.integer(0, 1) == totals.sales &&
        sums.integer(0, 2) == totals.turnover_minor && purchases.integer(0, 0) == totals.sales &&
        purchases.integer(0, 1) == totals.turnover_minor;
    if (!are_same_sums) return wrong(shop.name() + ": the sums differ");
    return verify_export(shop, head.hash);
}

std::filesystem::path new_folder(std::uint64_t seed) {
    std::string pattern = (std::filesystem::temp_directory_path() /
                           ("counterfoil-chaos-" + std::to_string(seed) + "-XXXXXX"))
                              .string();
    CF_CHECK(::mkdtemp(pattern.data()) != nullptr);
    return pattern;
}

}  // namespace

ChaosBroker::ChaosBroker() {
    CF_CHECK(broker_.init({"T01", "T02"}).ok());
}

ChaosStory run_sync_chaos(std::uint64_t seed, ChaosBroker& shared) {
    const auto folder = new_folder(seed);
    ChaosStory story;
    load::OwnBroker& broker = shared.broker();
    broker.be_told({});
    if (const Status started = broker.start(); !started.ok()) {
        story.wrong = started.error().line();
    } else if (const Status done = Story(seed, broker, folder).run(story); !done.ok()) {
        story.wrong = done.error().line() + "; see " + folder.string();
    }
    // Nothing of one story waits there for the next.
    broker.kill();
    if (!story.wrong) std::filesystem::remove_all(folder);
    return story;
}

}  // namespace counterfoil::test
