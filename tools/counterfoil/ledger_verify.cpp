#include "tools/counterfoil/ledger_verify.h"

#include <cerrno>
#include <fstream>
#include <iostream>

#include "firmware/core/base/coding.h"
#include "firmware/core/base/file.h"
#include "firmware/core/ledger/export.h"
#include "tools/counterfoil/file_kind.h"
#include "tools/counterfoil/progress.h"

namespace counterfoil::tool {

using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr std::int64_t kSampleEvery = 256;
constexpr std::size_t kMostReceiptBytes = 64UL << 10;

Result<ledger::Receipt> read_centres_receipt(const std::string& path,
                                             const crypto::Certificate& centre) {
    CF_LET(const std::string text, base::read_file(path, kMostReceiptBytes));
    CF_LET(const auto key, crypto::Verifier::create(centre.public_key()));
    auto receipt = ledger::read_receipt(text, key);
    if (!receipt.ok()) return receipt.error().within(path);
    return receipt;
}

Result<ledger::VerifyOptions> library_options(const VerifyCommandOptions& options) {
    ledger::VerifyOptions verify;
    verify.signature_every = options.sample ? kSampleEvery : 1;
    if (!options.head.empty()) {
        verify.head.emplace();
        if (!base::hex_into(options.head, *verify.head))
            return Error(Code::invalid_argument, "--head takes 64 lower-case hexadecimal digits");
    }
    if (!options.root.empty()) {
        CF_LET(const auto chain, crypto::load_chain(options.root));
        verify.root = chain.back();
    }
    if (!options.centre.empty()) {
        CF_LET(const auto chain, crypto::load_chain(options.centre));
        verify.centre = chain.front();
    }
    if (!options.receipt.empty()) {
        CF_CHECK(verify.centre.has_value());
        CF_LET(verify.receipt, read_centres_receipt(options.receipt, *verify.centre));
    }
    return verify;
}

Result<ledger::Verdict> run(const VerifyCommandOptions& options) {
    CF_LET(const auto verify, library_options(options));
    const auto progress = [](std::int64_t events) { show_progress("verified", events); };
    if (options.file == "-") return ledger::verify_export(std::cin, verify);
    if (is_database(options.file))
        return Error(Code::foreign_file, options.file +
                                             " is a database, not an export; write one with "
                                             "counterfoil ledger export, and verify that");
    errno = 0;
    std::ifstream in(options.file, std::ios::binary);
    if (!in || in.peek() == std::ifstream::traits_type::eof()) {
        if (errno != 0) return base::system_error(errno, options.file);
    }
    ledger::Verdict verdict = ledger::verify_export(in, verify, progress);
    end_progress();
    return verdict;
}

ExitCode print(const ledger::Finding& finding) {
    std::cout << "bad: record " << finding.record << ", " << ledger::fault_name(finding.fault)
              << ": " << ledger::fault_sentence(finding.fault) << '\n';
    return kDoesNotVerify;
}

ExitCode print(const ledger::Summary& summary, const VerifyCommandOptions& options) {
    const bool is_grant_proven = !options.centre.empty();
    const bool has_receipt = !options.receipt.empty();
    std::cout << "ok: " << summary.events << " events, head " << base::to_hex(summary.head) << '\n';
    if (summary.base.seq > 0)
        std::cerr << "note: it begins with event " << summary.base.seq + 1
                  << "; those before it were pruned and are the centre's to show"
                  << (has_receipt ? ", whose receipt covers them" : "; --receipt proves that")
                  << '\n';
    if (summary.granted_at)
        std::cerr << "note: epoch " << summary.epoch << " was opened by the centre at "
                  << base::to_rfc3339(*summary.granted_at)
                  << (is_grant_proven ? "" : "; --centre proves it") << '\n';
    if (summary.unsigned_events > 0)
        std::cerr << "note: " << summary.unsigned_events
                  << " events were recorded while the signer was down; a later signed event "
                     "vouches for them\n";
    if (summary.newer_events > 0)
        std::cerr << "note: " << summary.newer_events
                  << " events are of a newer version; their chain and signatures were checked\n";
    return kDone;
}

}  // namespace

ExitCode verify_ledger(const VerifyCommandOptions& options) {
    const auto verdict = run(options);
    if (!verdict.ok()) return refuse(verdict.error());
    if (const auto* finding = std::get_if<ledger::Finding>(&verdict.value()))
        return print(*finding);
    return print(std::get<ledger::Summary>(verdict.value()), options);
}

}  // namespace counterfoil::tool
