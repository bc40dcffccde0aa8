#include "firmware/core/base/bytes.h"
#include "firmware/core/ledger/event.h"

// What is read points into what was given, and is in the range that the format promises.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace counterfoil;
    const std::string_view bytes = base::as_text({data, size});
    const auto event = ledger::read_event(bytes);
    if (!event.ok()) return 0;
    CF_CHECK(event.value().seq >= 1 && event.value().epoch >= 1);
    CF_CHECK(bytes.find('\n') == std::string_view::npos || event.value().version > 1);
    if (event.value().version == ledger::kEventVersion)
        CF_CHECK(json::check(event.value().body, {ledger::kMaxEventBytes, 16}).ok());
    return 0;
}
