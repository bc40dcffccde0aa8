#include "firmware/core/base/check.h"
#include "firmware/vision/decoder_wire.h"

// What a worker that has been taken over could send to the till.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace counterfoil;
    const auto answer = vision::read_answer({data, size});
    if (!answer) return 0;
    CF_CHECK(answer->reading.found.size() <= vision::kMaxFound);
    for (const vision::Found& code : answer->reading.found)
        CF_CHECK(!code.text.empty() && code.text.size() <= 2953);
    return 0;
}
