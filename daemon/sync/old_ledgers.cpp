#include "daemon/sync/old_ledgers.h"

#include <algorithm>

#include "firmware/core/base/file.h"
#include "firmware/journal/unsynced.h"

namespace counterfoil::sync {

using base::Code;
using base::Error;
using base::Result;
using base::Status;

namespace {

// A centre that is there answers within milliseconds.
constexpr std::int64_t kAnswerMs = 2000;
// More were never put aside; what is beyond comes when these are home, at the next start.
constexpr std::size_t kMostLedgers = 16;
constexpr std::size_t kMostBytes = 256UL << 10;

DrainSettings one_at_a_time(DrainSettings settings) {
    settings.most_batches = 1;
    settings.share_ms = 0;
    return settings;
}

// By the word of whichever centre it had then.
Result<std::int64_t> unsynced_in(const SyncFolder& folder) {
    CF_LET(auto reader, journal::JournalReader::open(folder.journal()));
    const auto receipt = journal::read_kept_receipt(folder.receipt(), folder.centre());
    CF_LET(const auto unsynced, journal::count_unsynced(reader, receipt));
    return unsynced.count;
}

}  // namespace

struct OldLedgers::Ledger {
    Ledger(SyncFolder at, JournalStock opened, const DrainSettings& settings, const World& world)
        : folder(std::move(at)),
          stock(std::move(opened)),
          drain(stock, settings, world.clock, world.entropy),
          receipt(folder.receipt()) {}

    SyncFolder folder;
    JournalStock stock;
    Drain drain;
    ReceiptKeeper receipt;
    std::string refused;  // for what, as it was told last

    std::int64_t left() const { return stock.last_seq() - drain.figures().received; }

    // By whom it was signed stands beside it.
    Status write_receipt(const SyncFolder& own) {
        CF_LET(const std::string centre, base::read_file(own.centre(), kMostBytes));
        std::error_code fault;
        std::filesystem::create_directories(folder.own(), fault);
        if (fault) return base::system_error(fault.value(), folder.own());
        CF_TRY(base::replace_file(folder.centre(), centre, base::Readers::everyone));
        return receipt.write();
    }
};

OldLedgers::OldLedgers(World world) : world_(world) {}
OldLedgers::~OldLedgers() = default;

void OldLedgers::open(const SyncFolder& folder, const std::string& terminal, std::int64_t epoch,
                      const DrainSettings& settings) {
    own_ = folder;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder.old(), ignored)) {
        const SyncFolder old{entry.path()};
        if (!std::filesystem::exists(old.journal(), ignored) || ledgers_.size() == kMostLedgers)
            continue;
        const Status opened = open_one(old, terminal, epoch, one_at_a_time(settings));
        if (!opened.ok())
            world_.log.warn("old_ledger_left", {{"folder", entry.path().filename().string()},
                                                {"reason", opened.error().line()}});
    }
    std::ranges::sort(ledgers_, {}, [](const auto& ledger) { return ledger->stock.epoch(); });
}

Status OldLedgers::open_one(const SyncFolder& folder, const std::string& terminal,
                            std::int64_t epoch, const DrainSettings& settings) {
    CF_LET(const std::int64_t unsynced, unsynced_in(folder));
    if (unsynced == 0) return {};
    CF_LET(auto stock, JournalStock::open(folder.journal()));
    if (stock.name() != terminal || stock.epoch() >= epoch)
        return Error(Code::refused, "it is no older ledger of " + terminal + "'s");
    const std::int64_t received = stock.last_seq() - unsynced;
    world_.log.info("old_ledger_waits", {{"epoch", stock.epoch()}, {"events", unsynced}});
    ledgers_.push_back(std::make_unique<Ledger>(folder, std::move(stock), settings, world_));
    ledgers_.back()->drain.remember(0, received);
    return {};
}

void OldLedgers::connected() {
    for (const auto& ledger : ledgers_) ledger->drain.connected();
    asked_ms_.reset();
}

void OldLedgers::disconnected(const std::string& why) {
    for (const auto& ledger : ledgers_) ledger->drain.disconnected(why);
    asked_ms_.reset();
}

bool OldLedgers::is_asking() const {
    return asked_ms_ && world_.clock.steady_ms() - *asked_ms_ < kAnswerMs;
}

Result<std::optional<std::string_view>> OldLedgers::next() {
    for (const auto& ledger : ledgers_) {
        CF_LET(const auto message, ledger->drain.next());
        if (!message) continue;
        asked_ = ledger.get();
        return std::optional(message->payload);
    }
    return std::optional<std::string_view>();
}

void OldLedgers::sent() {
    asked_->drain.sent();
    asked_ms_ = world_.clock.steady_ms();
}

// No answer is about another one than that which asked last.
OldLedgers::Ledger* OldLedgers::asked(std::int64_t epoch) {
    return asked_ != nullptr && asked_->stock.epoch() == epoch ? asked_ : nullptr;
}

Result<bool> OldLedgers::hear(const wire::Welcome& welcome) {
    Ledger* ledger = asked(welcome.cursor.epoch);
    if (ledger == nullptr) return false;
    CF_TRY(ledger->drain.hear(welcome));
    answered();
    return true;
}

Result<bool> OldLedgers::hear(const wire::Receipt& receipt) {
    Ledger* ledger = asked(receipt.content.epoch);
    if (ledger == nullptr) return false;
    CF_LET(const bool is_ours, ledger->drain.hear(receipt));
    answered();
    if (!is_ours || receipt.content.seq != ledger->stock.last_seq()) return true;
    ledger->receipt.take(receipt.content, receipt.text);
    CF_TRY(come_home(*ledger));
    return true;
}

bool OldLedgers::hear(const wire::Nak& nak) {
    if (!is_asking()) return false;
    asked_->drain.hear(nak);
    answered();
    return true;
}

// What it is refused for is told once.
void OldLedgers::answered() {
    asked_ms_.reset();
    const auto& refused = asked_->drain.refused();
    const std::string why = refused ? refused->reason + ": " + refused->sentence : "";
    if (why == asked_->refused) return;
    asked_->refused = why;
    if (!why.empty())
        world_.log.warn(
            "old_ledger_refused",
            {{"epoch", asked_->stock.epoch()}, {"reason", why}, {"events", asked_->left()}});
}

// Where the disk does not take the receipt, the centre is asked for it again.
Status OldLedgers::come_home(Ledger& ledger) {
    CF_TRY(ledger.write_receipt(own_));
    world_.log.info("old_ledger_home",
                    {{"epoch", ledger.stock.epoch()}, {"events", ledger.stock.last_seq()}});
    asked_ = nullptr;
    std::erase_if(ledgers_, [&](const auto& one) { return one.get() == &ledger; });
    return {};
}

std::int64_t OldLedgers::left() const {
    std::int64_t left = 0;
    for (const auto& ledger : ledgers_) left += ledger->left();
    return left;
}

}  // namespace counterfoil::sync
