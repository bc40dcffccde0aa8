#include "daemon/sync/sync_folder.h"

#include "firmware/core/base/file.h"
#include "firmware/core/crypto/certificate.h"
#include "firmware/core/json/json.h"
#include "firmware/core/ledger/members.h"
#include "firmware/core/wire/topics.h"

namespace counterfoil::sync {

using base::Code;
using base::Error;
using base::Result;
using base::Status;

namespace {

constexpr std::size_t kMaxSettingsBytes = 4096;
constexpr std::int64_t kMaxPort = 65'535;

}  // namespace

Result<sqlite::WriterClaim> claim(const SyncFolder& folder) {
    auto claimed = sqlite::WriterClaim::take(folder.own(), nullptr);
    if (!claimed.ok() && claimed.error().code() == Code::second_writer)
        return claimed.error().within("the sync daemon works here, or somebody sets the till up");
    return claimed;
}

Status write_settings(const SyncFolder& folder, const SyncSettings& settings) {
    json::Object object;
    object.set("broker", settings.broker)
        .set("port", std::int64_t{settings.port})
        .set("tenant", settings.tenant)
        .set("shard", std::int64_t{settings.shard});
    if (!settings.url.empty()) object.set("url", settings.url);
    CF_LET(const std::string text, object.write());
    return base::replace_file(folder.settings(), text + "\n", base::Readers::everyone);
}

Result<SyncSettings> read_settings(const SyncFolder& folder) {
    CF_LET(const std::string text, base::read_file(folder.settings(), kMaxSettingsBytes));
    const auto document = json::Document::parse(text);
    if (!document.ok()) return document.error().within(folder.settings().string());
    ledger::Members members(document.value().root());
    SyncSettings settings;
    settings.broker = members.text("broker");
    settings.port = static_cast<std::uint16_t>(members.number("port", 1, kMaxPort));
    settings.tenant = members.text("tenant");
    settings.shard = static_cast<std::uint16_t>(members.number("shard", 0, wire::kShards - 1));
    if (members.has("url")) settings.url = members.text("url");
    if (members.error()) return members.error()->within(folder.settings().string());
    return settings;
}

Result<crypto::PublicKey> read_centre_key(const SyncFolder& folder) {
    CF_LET(const auto chain, crypto::load_chain(folder.centre()));
    if (chain.empty()) return Error(Code::malformed, folder.centre().string() + " is empty");
    return chain.front().public_key();
}

}  // namespace counterfoil::sync
