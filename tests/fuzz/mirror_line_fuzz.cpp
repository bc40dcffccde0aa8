#include "firmware/core/base/bytes.h"
#include "firmware/core/base/check.h"
#include "firmware/mirror/line.h"

// A bundle's line that is taken is one that our writer could have meant: it is written and read
// again as the same row.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace counterfoil;
    const std::string_view line = base::as_text({data, size});
    const auto header = mirror::read_header(line);
    if (header.ok()) {
        const auto written = mirror::write_header(header.value());
        CF_CHECK(written.ok() && mirror::read_header(written.value()).value() == header.value());
    }
    const auto row = mirror::read_line(line);
    if (!row.ok()) return 0;
    const auto written = mirror::write_line(row.value());
    CF_CHECK(written.ok() && mirror::read_line(written.value()).value() == row.value());
    return 0;
}
