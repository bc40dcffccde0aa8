#include "tools/counterfoil/admin_session.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cstdlib>

#include "firmware/core/base/file.h"
#include "firmware/core/json/json.h"

namespace counterfoil::tool {

using base::Code;
using base::Error;
using base::Result;
using base::Status;

namespace {

constexpr std::size_t kMostBytes = 64 << 10;
constexpr mode_t kOwnerOnly = 0600;
constexpr mode_t kOwnersFolder = 0700;

Result<AdminSession> read(std::string_view text) {
    CF_LET(const auto document, json::Document::parse(text));
    const json::Value root = document.root();
    AdminSession session;
    for (auto [name, into] : {std::pair("url", &session.url),
                              {"authority", &session.authority},
                              {"card", &session.card},
                              {"access_token", &session.access_token},
                              {"refresh_token", &session.refresh_token}}) {
        CF_LET(*into, root.text(name));
    }
    CF_LET(session.access_ends_ms, root.integer("access_ends_ms"));
    return session;
}

// Those above it are made as everybody's folders are.
Status make_folder(const std::filesystem::path& folder) {
    if (folder.empty() || std::filesystem::exists(folder)) return {};
    std::error_code problem;
    if (folder.has_parent_path())
        std::filesystem::create_directories(folder.parent_path(), problem);
    if (::mkdir(folder.c_str(), kOwnersFolder) != 0 && errno != EEXIST)
        return base::system_error(errno, folder);
    return {};
}

}  // namespace

Result<std::filesystem::path> AdminSessionFile::standing_path() {
    const auto in_environment = [](const char* name) {
        const char* value = std::getenv(name);
        return std::filesystem::path(value == nullptr ? "" : value);
    };
    std::filesystem::path state = in_environment("XDG_STATE_HOME");
    if (!state.is_absolute()) {
        const std::filesystem::path home = in_environment("HOME");
        if (!home.is_absolute())
            return Error(Code::not_found, "there is no home for a session: say --session FILE");
        state = home / ".local" / "state";
    }
    return state / "counterfoil" / "admin.json";
}

Result<base::Descriptor> AdminSessionFile::lock() const {
    CF_TRY(make_folder(path_.parent_path()));
    const std::filesystem::path beside = path_.string() + ".lock";
    auto held = base::Descriptor::open(beside, O_RDWR | O_CREAT | O_NOFOLLOW, kOwnerOnly);
    if (!held.ok()) return base::system_error(errno, beside);
    while (::flock(held.number(), LOCK_EX) != 0)
        if (errno != EINTR) return base::system_error(errno, beside);
    return held;
}

Result<AdminSession> AdminSessionFile::load() const {
    const auto text = base::read_file(path_, kMostBytes);
    if (!text.ok() && text.error().code() == Code::not_found)
        return Error(Code::not_found, "nobody is signed in: counterfoil admin sign-in");
    if (!text.ok()) return text.error();
    CF_TRY(base::check_owner_only(path_));
    auto session = read(text.value());
    if (!session.ok())
        return Error(Code::foreign_file, path_.string() + ": " + session.error().message());
    return session;
}

Status AdminSessionFile::save(const AdminSession& session) const {
    json::Object object;
    object.set("url", session.url).set("authority", session.authority).set("card", session.card);
    object.set("access_token", session.access_token);
    object.set("access_ends_ms", session.access_ends_ms);
    object.set("refresh_token", session.refresh_token);
    CF_LET(const std::string text, object.write());
    return base::replace_file(path_, text + "\n", base::Readers::owner_only);
}

Status AdminSessionFile::remove() const {
    std::error_code problem;
    std::filesystem::remove(path_, problem);
    if (problem) return base::system_error(problem.value(), path_);
    return {};
}

}  // namespace counterfoil::tool
