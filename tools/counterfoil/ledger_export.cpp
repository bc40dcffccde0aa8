#include "tools/counterfoil/ledger_export.h"

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <iostream>

#include "firmware/core/base/file.h"
#include "firmware/journal/reader.h"

namespace counterfoil::tool {

using base::Result;

namespace {

// Written beside and moved into place: a file with the name is always a whole export.
Result<std::int64_t> export_to_file(journal::JournalReader& reader, const std::string& path) {
    const std::string beside = path + ".new";
    errno = 0;
    std::ofstream out(beside, std::ios::binary | std::ios::trunc);
    if (!out) return base::system_error(errno, beside);
    auto events = reader.write_export(out);
    out.close();
    if (events.ok() && out.fail()) events = base::system_error(errno, beside);
    if (events.ok() && std::rename(beside.c_str(), path.c_str()) != 0)
        events = base::system_error(errno, path);
    if (!events.ok()) std::remove(beside.c_str());
    return events;
}

Result<std::int64_t> run(const ExportOptions& options) {
    CF_LET(auto reader, journal::JournalReader::open(options.journal));
    if (options.output == "-") return reader.write_export(std::cout);
    return export_to_file(reader, options.output);
}

}  // namespace

ExitCode export_ledger(const ExportOptions& options) {
    const auto events = run(options);
    if (!events.ok()) return refuse(events.error());
    if (options.output != "-")
        std::cout << "exported: " << events.value() << " events to " << options.output << '\n';
    return kDone;
}

}  // namespace counterfoil::tool
