#include "firmware/core/base/bytes.h"
#include "firmware/core/base/check.h"
#include "firmware/core/central/change.h"

namespace {

using counterfoil::central::Gone;
using counterfoil::central::key_of;
using counterfoil::central::read_change;
using counterfoil::central::read_line;
using counterfoil::central::Row;
using counterfoil::central::write_gone;

// A delta's line is a row of the class, or names one that is gone, in one text alone.
void check_change(std::string_view line, std::size_t kind) {
    const auto change = read_change(line, kind);
    if (!change.ok()) return;
    if (const auto* gone = std::get_if<Gone>(&change.value())) {
        const auto again = read_change(write_gone(gone->key), kind);
        CF_CHECK(again.ok() && again.value() == change.value());
        return;
    }
    const Row& row = std::get<Row>(change.value());
    CF_CHECK(row.index() == kind && read_line(line).value() == row);
    const auto gone = read_change(write_gone(key_of(row)), kind);
    CF_CHECK(gone.ok() && std::get<Gone>(gone.value()).key == key_of(row));
}

}  // namespace

// A bundle's line that is taken is one that our writer could have meant: it is written and read
// again as the same row.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace counterfoil;
    const std::string_view line = base::as_text({data, size});
    const auto header = central::read_header(line);
    if (header.ok()) {
        const auto written = central::write_header(header.value());
        CF_CHECK(written.ok() && central::read_header(written.value()).value() == header.value());
    }
    for (std::size_t kind = 0; kind < central::kRowKinds; ++kind) check_change(line, kind);
    const auto row = central::read_line(line);
    if (!row.ok()) return 0;
    const auto written = central::write_line(row.value());
    CF_CHECK(written.ok() && central::read_line(written.value()).value() == row.value());
    return 0;
}
