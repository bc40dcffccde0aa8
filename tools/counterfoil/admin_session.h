#pragma once

#include <filesystem>
#include <string>

#include "firmware/core/base/descriptor.h"
#include "firmware/core/base/result.h"

namespace counterfoil::tool {

// Who is signed in where. A refresh token is good once: whoever uses it puts its successor into the
// file before anything else.
struct AdminSession {
    std::string url;
    std::string authority;  // a file; empty: this system's authorities
    std::string card;
    std::string access_token;
    std::int64_t access_ends_ms = 0;  // by this machine's clock
    std::string refresh_token;
};

// The file that keeps a session, which only its owner may read.
class AdminSessionFile {
  public:
    explicit AdminSessionFile(std::filesystem::path path) : path_(std::move(path)) {}

    // $XDG_STATE_HOME/counterfoil/admin.json, or where that stands if it is not set; not_found
    // where the user has no home.
    static base::Result<std::filesystem::path> standing_path();

    // Held until the descriptor goes: whoever else wants it, in another shell, waits meanwhile.
    base::Result<base::Descriptor> lock() const;
    // not_found where nobody is signed in, key_exposed where others could read it, foreign_file for
    // what is no session.
    base::Result<AdminSession> load() const;
    base::Status save(const AdminSession& session) const;
    base::Status remove() const;

    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

}  // namespace counterfoil::tool
