#include "tools/counterfoil/till_guard.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iostream>

#include "firmware/core/base/descriptor.h"
#include "firmware/core/base/file.h"

namespace counterfoil::tool {

using base::Result;
using base::Status;
using till::TillFolder;

namespace {

Status sync_file(const std::filesystem::path& path) {
    const base::Descriptor file = base::Descriptor::open(path, O_RDONLY);
    if (!file.ok() || ::fsync(file.number()) != 0) return base::system_error(errno, path);
    return {};
}

Status write_whole(const TillFolder& folder, const std::filesystem::path& path) {
    CF_LET(auto reader, journal::JournalReader::open(folder.journal().database));
    errno = 0;
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    if (!out) return base::system_error(errno, path);
    CF_TRY(reader.write_export(out));
    out.close();
    if (out.fail()) return base::system_error(errno, path);
    return sync_file(path);
}

}  // namespace

std::filesystem::path old_ledgers(const TillFolder& folder) {
    return folder.path / "old";
}

Result<std::optional<HeldLedger>> held_ledger(const TillFolder& folder) {
    std::error_code ignored;
    if (!std::filesystem::exists(folder.journal().database, ignored))
        return std::optional<HeldLedger>();
    auto reader = journal::JournalReader::open(folder.journal().database);
    // Its creation was interrupted before its first event.
    if (!reader.ok() && reader.error().code() == base::Code::corrupt &&
        !std::filesystem::exists(folder.desk(), ignored))
        return std::optional<HeldLedger>();
    if (!reader.ok()) return reader.error();
    const auto receipt = journal::read_kept_receipt(folder.receipt(), folder.centre());
    CF_LET(const auto unsynced, journal::count_unsynced(reader.value(), receipt));
    return std::optional(HeldLedger{folder, reader.value().header().epoch, unsynced});
}

Result<std::vector<HeldLedger>> held_ledgers(const TillFolder& folder) {
    std::vector<TillFolder> folders{folder};
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(old_ledgers(folder), ignored))
        folders.push_back({entry.path()});
    std::ranges::sort(folders.begin() + 1, folders.end(), {}, &TillFolder::path);
    std::vector<HeldLedger> held;
    for (const TillFolder& one : folders) {
        CF_LET(auto ledger, held_ledger(one));
        if (ledger) held.push_back(*std::move(ledger));
    }
    return held;
}

journal::Unsynced sum_of(const std::vector<HeldLedger>& ledgers) {
    journal::Unsynced sum;
    for (const HeldLedger& one : ledgers) {
        sum.count += one.unsynced.count;
        const auto& oldest = one.unsynced.oldest;
        if (oldest) sum.oldest = std::min(sum.oldest.value_or(*oldest), *oldest);
    }
    return sum;
}

Status export_durably(const TillFolder& folder, const std::filesystem::path& file) {
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored))
        return base::Error(base::Code::already_exists,
                           file.string() + " is there already, and will not be replaced");
    const std::filesystem::path beside = file.string() + ".new";
    Status done = write_whole(folder, beside);
    if (done.ok()) done = base::name_file(beside, file);
    if (!done.ok()) std::filesystem::remove(beside, ignored);
    return done;
}

ExitCode refuse_unsynced(const journal::Unsynced& unsynced, base::Language language) {
    const base::Sentence sentence = journal::unsynced_sentence(unsynced, base::SystemClock().now());
    std::cerr << "counterfoil: unsynced: " << base::said(sentence, language) << '\n';
    return kRefused;
}

base::Language language_of_till(const TillFolder& folder, const std::string& code) {
    if (const auto said = base::language_from_code(code)) return *said;
    const auto card = till::read_card(folder);
    return card.ok() ? card.value().language : base::Language::english;
}

}  // namespace counterfoil::tool
