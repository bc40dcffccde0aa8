#include "firmware/core/http/static_files.h"

#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include "firmware/core/base/coding.h"
#include "firmware/core/base/descriptor.h"

namespace counterfoil::http {

using base::Code;
using base::Descriptor;
using base::Error;
using base::Result;

namespace {

constexpr std::size_t kMaxPathBytes = 1024;
constexpr std::string_view kUnchanging = "public, max-age=31536000, immutable";

constexpr std::array<std::pair<std::string_view, std::string_view>, 16> kTypes = {{
    {".html", "text/html; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".txt", "text/plain; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".webp", "image/webp"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".wasm", "application/wasm"},
    {".pdf", "application/pdf"},
}};

// FNV-1a: it tells versions of a file apart, and protects against nobody.
std::string tag_of(std::string_view content) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : content) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    std::array<std::uint8_t, 8> bytes;
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::uint8_t>(hash >> (56 - 8 * i));
    return "\"" + base::to_hex(bytes) + "-" + std::to_string(content.size()) + "\"";
}

bool is_zero_weight(std::string_view parameters) {
    const auto q = parameters.find("q=");
    return q != std::string_view::npos &&
           parameters.substr(q + 2).find_first_not_of("0. ") == std::string_view::npos;
}

bool takes_gzip(const Request& request) {
    for (const std::string_view element :
         elements(request.headers.find("Accept-Encoding").value_or(""))) {
        const auto end = element.find_first_of("; ");
        if (!same_name(element.substr(0, end), "gzip")) continue;
        return end == std::string_view::npos || !is_zero_weight(element.substr(end));
    }
    return false;
}

bool has_already(const Request& request, std::string_view tag) {
    const auto known = request.headers.find("If-None-Match");
    if (!known) return false;
    for (std::string_view element : elements(*known)) {
        if (element == "*") return true;
        if (element.starts_with("W/")) element.remove_prefix(2);
        if (element == tag) return true;
    }
    return false;
}

Error not_found() {
    return Error(Code::not_found, "there is no such file");
}

// One step down, never through a link.
Descriptor step(const Descriptor& folder, const std::string& name, int flags) {
    return Descriptor(
        ::openat(folder.number(), name.c_str(), flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
}

Result<std::string> read_whole(const Descriptor& file, std::size_t max_bytes) {
    struct stat about {};
    if (!file.ok() || ::fstat(file.number(), &about) != 0 || !S_ISREG(about.st_mode) ||
        about.st_size < 0 || static_cast<std::size_t>(about.st_size) > max_bytes)
        return not_found();
    std::string content(static_cast<std::size_t>(about.st_size), '\0');
    std::size_t have = 0;
    while (have < content.size()) {
        const ssize_t got = ::read(file.number(), content.data() + have, content.size() - have);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return not_found();
        have += static_cast<std::size_t>(got);
    }
    return content;
}

}  // namespace

bool is_plain_path(std::string_view path) {
    if (path.empty() || path.size() > kMaxPathBytes) return false;
    if (path.find_first_of(std::string_view("\\\0", 2)) != std::string_view::npos) return false;
    for (;;) {
        const std::size_t slash = path.find('/');
        if (path.empty() || path.front() == '.' || slash == 0) return false;
        if (slash == std::string_view::npos) return true;
        path.remove_prefix(slash + 1);
    }
}

std::string_view content_type(std::string_view path) {
    for (const auto& [ending, type] : kTypes)
        if (path.size() > ending.size() &&
            same_name(path.substr(path.size() - ending.size()), ending))
            return type;
    return "application/octet-stream";
}

Result<std::string> FileTable::read(std::string_view path) const {
    const auto file = files_.find(path);
    if (file == files_.end()) return not_found();
    return file->second;
}

Result<std::string> FileFolder::read(std::string_view path) const {
    if (!is_plain_path(path)) return not_found();
    Descriptor folder = Descriptor::open(folder_, O_RDONLY | O_DIRECTORY);
    for (std::size_t slash = path.find('/'); folder.ok() && slash != std::string_view::npos;
         slash = path.find('/')) {
        folder = step(folder, std::string(path.substr(0, slash)), O_RDONLY | O_DIRECTORY);
        path.remove_prefix(slash + 1);
    }
    if (!folder.ok()) return not_found();
    return read_whole(step(folder, std::string(path), O_RDONLY), max_file_bytes_);
}

Response serve_file(const FileSource& source, std::string_view path, const Request& request,
                    base::WallTime now, std::string_view unchanging) {
    std::string name(path);
    if (name.empty() || name.back() == '/') name += "index.html";
    const auto refuse = [&] {
        return error_response(nothing_here(), language_of(request.headers), now);
    };
    if (!is_plain_path(name)) return refuse();
    Response response;
    response.headers.add("Content-Type", content_type(name));
    response.headers.add("Vary", "Accept-Encoding");
    const bool stays = !unchanging.empty() && name.starts_with(unchanging);
    response.headers.add("Cache-Control", stays ? kUnchanging : "no-cache");
    auto content = takes_gzip(request) ? source.read(name + ".gz") : not_found();
    if (content.ok()) {
        response.headers.add("Content-Encoding", "gzip");
    } else {
        content = source.read(name);
        if (!content.ok()) return refuse();
    }
    const std::string tag = tag_of(content.value());
    response.headers.add("ETag", tag);
    if (has_already(request, tag)) {
        response.status = 304;
    } else {
        response.body = std::move(content).value();
    }
    return response;
}

Handler file_handler(const FileSource& source, const base::Clock& clock, std::string unchanging) {
    return [&source, &clock, unchanging = std::move(unchanging)](const Request& request,
                                                                 Responder responder) {
        CF_CHECK(!request.parameters.empty());
        // A slash that was written as %2F is a part of a name, and no file of ours has one.
        const std::string_view rest = request.parameters.back().second;
        responder.send(serve_file(source, rest, request, clock.now(), unchanging));
    };
}

}  // namespace counterfoil::http
