#include <sstream>

#include "firmware/core/base/bytes.h"
#include "firmware/core/ledger/export.h"

// No stranger's file can be proven: without the key, no verdict but a finding is right, unless the
// file is a whole ledger that the corpus began with.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace counterfoil;
    std::istringstream in(std::string(base::as_text({data, size})));
    const auto verdict = ledger::verify_export(in, {});
    if (const auto* finding = std::get_if<ledger::Finding>(&verdict))
        CF_CHECK(finding->record >= 0 && !ledger::fault_name(finding->fault).empty());
    return 0;
}
