#include "firmware/core/base/bytes.h"
#include "firmware/core/base/check.h"
#include "firmware/core/json/json.h"

// The parser and the one-pass check must agree, and nothing that was read may be over its bounds.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace counterfoil;
    const std::string_view text = base::as_text({data, size});
    const json::Limits limits{.max_bytes = 4096, .max_depth = 8};
    const auto document = json::Document::parse(text, limits);
    const bool checked = json::check(text, limits).ok();
    // The parser alone finds names that stand twice.
    CF_CHECK(checked || !document.ok());
    return 0;
}
