#include "firmware/core/base/bytes.h"
#include "firmware/core/http/request_reader.h"
#include "firmware/core/http/static_files.h"

// A stranger's bytes as a target, as a static path, and as requests that come in pieces: each is
// read or refused, what was read is within its bounds, and no path leads out of its root.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace counterfoil;
    using Progress = http::RequestReader::Progress;
    if (size == 0) return 0;
    const std::string_view text = base::as_text({data + 1, size - 1});
    if (const auto target = http::parse_target(text); target.ok()) {
        CF_CHECK(target.value().segments.size() <= http::kMaxSegments);
        for (const std::string& segment : target.value().segments)
            CF_CHECK(segment != ".." && segment.find('\0') == std::string::npos);
    }
    if (http::is_plain_path(text))
        CF_CHECK(("/" + std::string(text) + "/").find("/.") == std::string::npos);
    static_cast<void>(http::elements(text));

    http::Limits limits;
    limits.header_bytes = 512;
    limits.target_bytes = 128;
    constexpr std::size_t kBodyBytes = 64;
    auto reader = std::make_unique<http::RequestReader>(limits);
    boost::beast::flat_buffer buffer(4096);
    const std::size_t piece = data[0] % 64 + 1U;
    for (std::size_t at = 0; at < text.size(); at += piece) {
        const std::string_view next = text.substr(at, piece);
        if (buffer.size() + next.size() > buffer.max_size()) return 0;
        std::copy(next.begin(), next.end(), static_cast<char*>(buffer.prepare(next.size()).data()));
        buffer.commit(next.size());
        Progress progress = reader->read(buffer);
        if (progress == Progress::head_done) progress = reader->bound_body(kBodyBytes);
        if (progress == Progress::needs_more) progress = reader->read(buffer);
        if (progress == Progress::failed) {
            CF_CHECK(reader->refusal().status >= 400);
            return 0;
        }
        if (progress != Progress::done) continue;
        CF_CHECK(reader->request().body.size() <= kBodyBytes);
        reader = std::make_unique<http::RequestReader>(limits);
    }
    return 0;
}
