#include <array>
#include <iostream>

#include "firmware/core/base/file.h"
#include "tools/counterfoil/provision_folder.h"
#include "tools/counterfoil/till_guard.h"
#include "tools/counterfoil/till_options.h"

namespace counterfoil::tool {

using base::Code;
using base::Error;
using base::Result;
using base::Status;
using till::TillFolder;

namespace {

// What a till, its sync daemon and its setting up keep in a folder; nothing else is touched.
constexpr std::array kKept{"journal.db",
                           "journal.db-wal",
                           "journal.db-shm",
                           "journal.mark",
                           "mirror.db",
                           "mirror.db-wal",
                           "mirror.db-shm",
                           "desk.db",
                           "desk.db-wal",
                           "desk.db-shm",
                           "certificate.pem",
                           "root.pem",
                           "keys.list",
                           "revocations",
                           "till.json",
                           "sync",
                           "pending",
                           "old",
                           "key.pem",
                           "journal.db-claim",
                           "mirror.db-claim",
                           "desk.db-claim",
                           "sync-claim",
                           "journal-base.db",
                           "journal-base.db-wal",
                           "journal-base.db-shm"};
// From when it is there, all is as good as gone: whoever is interrupted goes on.
constexpr const char* kBegun = "reset";

struct Reset {
    std::optional<journal::Unsynced> refused;
    std::vector<std::string> exported;
};

Result<Reset> save_first(const TillFolder& folder, const std::string& export_to) {
    CF_LET(const auto held, held_ledgers(folder));
    const journal::Unsynced unsynced = sum_of(held);
    if (unsynced.count == 0) return Reset{};
    if (export_to.empty()) return Reset{unsynced, {}};
    Reset reset;
    for (const HeldLedger& one : held) {
        if (one.unsynced.count == 0) continue;
        std::string file = export_to;
        // Those that were put aside stand beside it under their folders' names.
        if (one.folder.path != folder.path) file += "." + one.folder.path.filename().string();
        CF_TRY(export_durably(one.folder, file));
        reset.exported.push_back(file);
    }
    return reset;
}

Status remove_all(const TillFolder& folder) {
    for (const char* name : kKept) {
        std::error_code fault;
        std::filesystem::remove_all(folder.path / name, fault);
        if (fault) return base::system_error(fault.value(), folder.path / name);
    }
    std::error_code fault;
    std::filesystem::remove(folder.path / kBegun, fault);
    return fault ? Status(base::system_error(fault.value(), folder.path / kBegun)) : Status();
}

Result<Reset> reset(const TillFolder& folder, const TillResetOptions& options) {
    std::error_code ignored;
    const auto is_there = [&](const std::filesystem::path& path) {
        return std::filesystem::exists(path, ignored);
    };
    Reset reset;
    const bool is_begun = is_there(folder.path / kBegun);
    if (!is_begun && !is_there(folder.journal().database) && !is_there(folder.card()) &&
        !is_there(old_ledgers(folder)))
        return Error(Code::not_found, folder.path.string() + " is no till's folder");
    CF_LET(const auto sync_claim, claim_sync(folder));
    CF_LET(const auto claim, claim_till(folder));
    if (!is_begun) {
        CF_LET(reset, save_first(folder, options.export_to));
        if (reset.refused || options.check) return reset;
        CF_TRY(base::create_file(folder.path / kBegun, "", base::Readers::owner_only));
    }
    if (!options.check) CF_TRY(remove_all(folder));
    return reset;
}

}  // namespace

ExitCode till_reset(const TillResetOptions& options) {
    const TillFolder folder{options.till.data};
    const base::Language language = language_of_till(folder, options.till.language);
    const auto done = reset(folder, options);
    if (!done.ok()) return refuse(done.error());
    if (done.value().refused) return refuse_unsynced(*done.value().refused, language);
    for (const std::string& file : done.value().exported) std::cout << "exported: " << file << '\n';
    std::cout << (options.check ? "may be reset: " : "reset: ") << options.till.data << '\n';
    return kDone;
}

}  // namespace counterfoil::tool
