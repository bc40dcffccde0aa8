#include "firmware/core/wire/topics.h"

#include <charconv>

#include "firmware/core/crypto/certificate.h"

namespace counterfoil::wire {

using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr std::string_view kUp = "up/";
constexpr std::string_view kDown = "dn/";
constexpr std::string_view kState = "st/";
constexpr std::string_view kManifest = "man/";

bool is_word(std::string_view text, std::string_view alphabet) {
    return !text.empty() && text.size() <= kMaxNameBytes &&
           text.find_first_not_of(alphabet) == text.npos;
}

Error not_ours() {
    return Error(Code::malformed, "the topic is none of this tenant's");
}

// Takes the word off the text's front, where it stands there.
bool take(std::string_view& text, std::string_view word) {
    if (!text.starts_with(word)) return false;
    text.remove_prefix(word.size());
    return true;
}

// Takes "17/", in its one form.
bool take_shard(std::string_view& text, std::uint16_t& shard) {
    const auto [stop, fault] = std::from_chars(text.data(), text.data() + text.size(), shard);
    if (fault != std::errc() || shard >= kShards) return false;
    return take(text, std::to_string(shard) + "/");
}

std::string shard_text(std::uint16_t shard) {
    CF_CHECK(shard < kShards);
    return std::to_string(shard);
}

std::string_view checked_terminal(std::string_view terminal) {
    CF_CHECK(crypto::is_terminal_name(terminal));
    return terminal;
}

std::string joined(std::initializer_list<std::string_view> parts) {
    std::string topic;
    for (const std::string_view part : parts) topic.append(part);
    CF_CHECK(topic.size() <= kMaxTopicBytes);
    return topic;
}

}  // namespace

bool is_tenant_name(std::string_view name) {
    return is_word(name, "abcdefghijklmnopqrstuvwxyz0123456789-");
}

bool is_class_name(std::string_view name) {
    return is_word(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
}

Result<Topics> Topics::create(std::string_view tenant) {
    if (!is_tenant_name(tenant))
        return Error(Code::invalid_argument,
                     "a tenant is 1 to 32 lower-case letters, digits or hyphens");
    return Topics(joined({"v1/", tenant, "/"}));
}

std::string Topics::up(std::uint16_t shard, std::string_view terminal) const {
    return joined({prefix_, kUp, shard_text(shard), "/", checked_terminal(terminal)});
}

std::string Topics::down(std::string_view terminal) const {
    return joined({prefix_, kDown, checked_terminal(terminal)});
}

std::string Topics::state(std::string_view terminal) const {
    return joined({prefix_, kState, checked_terminal(terminal)});
}

std::string Topics::manifest(std::string_view data_class) const {
    CF_CHECK(is_class_name(data_class));
    return joined({prefix_, kManifest, data_class});
}

Result<Topic> Topics::read(std::string_view topic) const {
    Topic parts;
    if (!take(topic, prefix_)) return not_ours();
    if (take(topic, kUp)) {
        if (!take_shard(topic, parts.shard)) return not_ours();
    } else if (take(topic, kDown)) {
        parts.channel = Channel::down;
    } else if (take(topic, kState)) {
        parts.channel = Channel::state;
    } else if (take(topic, kManifest)) {
        parts.channel = Channel::manifest;
    } else {
        return not_ours();
    }
    const bool is_name =
        parts.channel == Channel::manifest ? is_class_name(topic) : crypto::is_terminal_name(topic);
    if (!is_name) return not_ours();
    parts.name = topic;
    return parts;
}

std::vector<std::string> Topics::for_terminal(std::string_view terminal) const {
    return {down(terminal), joined({prefix_, kManifest, "+"})};
}

std::string Topics::all_shards() const {
    return joined({prefix_, kUp, "+/+"});
}

std::string Topics::one_shard(std::uint16_t shard) const {
    return joined({prefix_, kUp, shard_text(shard), "/+"});
}

std::string Topics::all_states() const {
    return joined({prefix_, kState, "+"});
}

std::string shared_filter(std::string_view group, std::string_view filter) {
    CF_CHECK(is_tenant_name(group));
    return joined({"$share/", group, "/", filter});
}

}  // namespace counterfoil::wire
