#include "daemon/link/connection.h"

#include <MQTTAsync.h>
#include <signal.h>

namespace counterfoil::link {

using base::Code;
using base::Error;
using base::Status;

namespace {

// Authenticated encryption of TLS 1.2, which nothing older has. TLS 1.3 brings suites of its own.
constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
// So many messages may wait for the library's sending thread. It loses the memory of those that
// still wait when their connection is let go, so there must be few of them.
constexpr int kMostUnsent = 2;
// The first of MQTT's reason codes that is a failure; to a subscription, 3.1.1's only one.
constexpr int kFirstFailure = 0x80;

// The threads that the library starts inherit it: a signal is for the loop of whoever owns us.
class SignalsBlocked {
  public:
    SignalsBlocked() {
        sigset_t all;
        ::sigfillset(&all);
        CF_CHECK(::pthread_sigmask(SIG_SETMASK, &all, &before_) == 0);
    }
    ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    SignalsBlocked(const SignalsBlocked&) = delete;
    SignalsBlocked& operator=(const SignalsBlocked&) = delete;

  private:
    sigset_t before_{};
};

MQTTAsync_createOptions create_options(const Settings& settings) {
    MQTTAsync_createOptions options = MQTTAsync_createOptions_initializer;
    options.MQTTVersion = settings.protocol == Protocol::mqtt5 ? MQTTVERSION_5 : MQTTVERSION_3_1_1;
    // Nothing is taken while there is no connection.
    options.sendWhileDisconnected = 0;
    options.maxBufferedMessages = kMostUnsent;
    options.restoreMessages = 0;
    return options;
}

MQTTAsync_SSLOptions tls_options(const std::string& authority, const std::string& certificate,
                                 const std::string& key) {
    MQTTAsync_SSLOptions options = MQTTAsync_SSLOptions_initializer;
    options.trustStore = authority.c_str();
    options.keyStore = certificate.c_str();
    options.privateKey = key.c_str();
    options.enabledCipherSuites = kCiphers;
    options.enableServerCertAuth = 1;
    options.verify = 1;  // that the certificate is for this host
    options.disableDefaultTrustStore = 1;
    return options;
}

MQTTAsync_willOptions will_options(const Will& will) {
    MQTTAsync_willOptions options = MQTTAsync_willOptions_initializer;
    options.topicName = will.topic.c_str();
    options.payload.len = static_cast<int>(will.payload.size());
    options.payload.data = will.payload.data();
    options.qos = static_cast<int>(will.qos);
    return options;
}

MQTTAsync_connectOptions connect_options(const Settings& settings) {
    MQTTAsync_connectOptions options = MQTTAsync_connectOptions_initializer;
    if (settings.protocol == Protocol::mqtt5) {
        options = MQTTAsync_connectOptions_initializer5;
        options.cleanstart = 1;
    } else {
        options.MQTTVersion = MQTTVERSION_3_1_1;
        options.cleansession = 1;
    }
    options.keepAliveInterval = settings.keep_alive_s;
    options.connectTimeout = static_cast<int>((settings.connect_timeout_ms + 999) / 1000);
    options.maxInflight = static_cast<int>(settings.max_in_flight);
    return options;
}

Error library_error(int code, const char* doing) {
    const char* why = MQTTAsync_strerror(code);
    return Error(Code::io_failed, std::string(doing) + ": " + (why ? why : std::to_string(code)));
}

// The two protocols have callbacks of their own, which tell the same in different structures.
int reason_of(const MQTTAsync_failureData& data) {
    return data.code;
}
int reason_of(const MQTTAsync_failureData5& data) {
    return data.reasonCode;
}

// Without a word of the broker's it went down with its connection, which is told of by itself.
template <class Failure>
bool is_refusal(const Failure* data) {
    return data && reason_of(*data) >= kFirstFailure;
}

std::string why_not_connected(const MQTTAsync_failureData* data) {
    if (!data) return "the connection did not come about";
    // MQTT 3.1.1's answers of a broker that refuses.
    if (data->code == 4 || data->code == 5) return "the broker does not let us in";
    if (data->message) return data->message;
    const char* why = MQTTAsync_strerror(data->code);
    return why ? why : "the connection did not come about";
}
std::string why_not_connected(const MQTTAsync_failureData5* data) {
    if (!data) return "the connection did not come about";
    const int reason = is_refusal(data) ? reason_of(*data) : data->code;
    const char* named = reason >= kFirstFailure
                            ? MQTTReasonCode_toString(static_cast<MQTTReasonCodes>(reason))
                            : nullptr;
    if (named) return std::string("the broker does not let us in: ") + named;
    const MQTTAsync_failureData older{data->token, data->code, data->message};
    return why_not_connected(&older);
}

// "1F00:error:0A000086:SSL routines:a_function:certificate verify failed:file.c:1889:" in one part.
std::string reason_in(std::string_view openssl_line) {
    for (int field = 0; field < 5; ++field) {
        const auto colon = openssl_line.find(':');
        if (colon == std::string_view::npos) break;
        openssl_line.remove_prefix(colon + 1);
    }
    return std::string(openssl_line.substr(0, openssl_line.find_first_of(":\n")));
}

}  // namespace

// What the library calls. Each leaves a note and returns; an exception, for want of memory, ends
// the process before it can reach the library's frames.
struct Connection::Calls {
    static Connection& of(void* context) { return *static_cast<Connection*>(context); }
    static void lose(Connection& connection, std::string reason) {
        if (!connection.tls_trouble_.empty()) reason += ": " + connection.tls_trouble_;
        connection.inbox_.leave({connection.number_, Lost{std::move(reason)}});
    }

    template <class Success>
    static void accepted(void* context, Success*) noexcept {
        of(context).inbox_.leave({of(context).number_, Accepted{}});
    }
    template <class Failure>
    static void not_accepted(void* context, Failure* data) noexcept {
        lose(of(context), why_not_connected(data));
    }
    static void lost(void* context, char*) noexcept { lose(of(context), "the connection broke"); }
    static void ended(void* context, MQTTProperties*, MQTTReasonCodes reason) noexcept {
        const char* named = MQTTReasonCode_toString(reason);
        lose(of(context), std::string("the broker ended it: ") + (named ? named : "no reason"));
    }
    static int arrived(void* context, char* topic, int topic_bytes,
                       MQTTAsync_message* message) noexcept {
        const std::string_view name =
            topic_bytes > 0 ? std::string_view(topic, static_cast<std::size_t>(topic_bytes))
                            : std::string_view(topic);
        const base::ByteView payload(static_cast<const std::uint8_t*>(message->payload),
                                     static_cast<std::size_t>(message->payloadlen));
        of(context).inbox_.leave_message(of(context).number_, name, payload,
                                         message->retained != 0);
        MQTTAsync_freeMessage(&message);
        MQTTAsync_free(topic);
        return 1;
    }
    static int tls_trouble(const char* text, std::size_t size, void* context) noexcept {
        of(context).tls_trouble_ = reason_in({text, size});
        return 1;
    }

    template <class Success>
    static void subscribed(void* context, Success*) noexcept {
        of(context).inbox_.leave({of(context).number_, Subscribed{true}});
    }
    template <class Failure>
    static void not_subscribed(void* context, Failure* data) noexcept {
        if (is_refusal(data)) of(context).inbox_.leave({of(context).number_, Subscribed{false}});
    }

    template <class Success>
    static void delivered(void* context, Success*) noexcept {
        const auto& sent = *static_cast<Sent*>(context);
        sent.connection.inbox_.leave({sent.connection.number_, Delivered{sent.id}});
    }
    template <class Failure>
    static void not_delivered(void* context, Failure* data) noexcept {
        const auto& sent = *static_cast<Sent*>(context);
        if (!is_refusal(data)) return;
        sent.connection.inbox_.leave(
            {sent.connection.number_, Rejected{sent.id, reason_of(*data)}});
    }
};

base::Result<std::unique_ptr<Connection>> Connection::start(const Settings& settings,
                                                            std::uint64_t number, Inbox& inbox) {
    std::unique_ptr<Connection> connection(new Connection(settings, number, inbox));
    CF_TRY(connection->create());
    CF_TRY(connection->connect());
    return connection;
}

Connection::~Connection() {
    if (handle_) MQTTAsync_destroy(&handle_);
}

// Does nothing while it is not there yet: then the library gives it up by itself after its time.
void Connection::close() {
    MQTTAsync_disconnectOptions options = MQTTAsync_disconnectOptions_initializer;
    options.timeout = 0;
    MQTTAsync_disconnect(handle_, &options);
}

Status Connection::create() {
    const std::string address = "ssl://" + settings_.broker + ":" + std::to_string(settings_.port);
    MQTTAsync_createOptions options = create_options(settings_);
    int code = MQTTAsync_createWithOptions(&handle_, address.c_str(), settings_.client_id.c_str(),
                                           MQTTCLIENT_PERSISTENCE_NONE, nullptr, &options);
    if (code == MQTTASYNC_SUCCESS)
        code = MQTTAsync_setCallbacks(handle_, this, Calls::lost, Calls::arrived, nullptr);
    if (code == MQTTASYNC_SUCCESS) code = MQTTAsync_setDisconnected(handle_, this, Calls::ended);
    if (code != MQTTASYNC_SUCCESS) return library_error(code, "preparing a connection");
    return {};
}

Status Connection::connect() {
    const std::string authority = settings_.authority.string();
    const std::string certificate = settings_.certificate.string();
    const std::string key = settings_.key.string();
    // The library copies everything but the context of the errors, which is us.
    MQTTAsync_SSLOptions tls = tls_options(authority, certificate, key);
    tls.ssl_error_cb = Calls::tls_trouble;
    tls.ssl_error_context = this;
    MQTTAsync_connectOptions options = connect_options(settings_);
    options.ssl = &tls;
    MQTTAsync_willOptions will;
    if (settings_.will) {
        will = will_options(*settings_.will);
        options.will = &will;
    }
    options.context = this;
    if (settings_.protocol == Protocol::mqtt5) {
        options.onSuccess5 = Calls::accepted;
        options.onFailure5 = Calls::not_accepted;
    } else {
        options.onSuccess = Calls::accepted;
        options.onFailure = Calls::not_accepted;
    }
    const SignalsBlocked blocked;
    const int code = MQTTAsync_connect(handle_, &options);
    if (code != MQTTASYNC_SUCCESS) return library_error(code, "connecting");
    return {};
}

// One request for each, because the answer to several at once has a form of its own in each
// protocol, and hides failures in one of them.
Status Connection::subscribe() {
    for (const Subscription& wanted : settings_.subscriptions) {
        MQTTAsync_responseOptions response = MQTTAsync_responseOptions_initializer;
        response.context = this;
        if (settings_.protocol == Protocol::mqtt5) {
            response.onSuccess5 = Calls::subscribed;
            response.onFailure5 = Calls::not_subscribed;
        } else {
            response.onSuccess = Calls::subscribed;
            response.onFailure = Calls::not_subscribed;
        }
        const int code = MQTTAsync_subscribe(handle_, wanted.filter.c_str(),
                                             static_cast<int>(wanted.qos), &response);
        if (code != MQTTASYNC_SUCCESS) return library_error(code, "subscribing");
    }
    return {};
}

base::Result<void, NotPublished> Connection::publish(std::uint64_t id, const std::string& topic,
                                                     base::ByteView payload, Qos qos,
                                                     Retain retain) {
    const auto [at, is_new] = sent_.try_emplace(id, Sent{*this, id});
    CF_CHECK(is_new);
    MQTTAsync_responseOptions response = MQTTAsync_responseOptions_initializer;
    response.context = &at->second;
    if (settings_.protocol == Protocol::mqtt5) {
        response.onSuccess5 = Calls::delivered;
        response.onFailure5 = Calls::not_delivered;
    } else {
        response.onSuccess = Calls::delivered;
        response.onFailure = Calls::not_delivered;
    }
    const int code =
        MQTTAsync_send(handle_, topic.c_str(), static_cast<int>(payload.size()), payload.data(),
                       static_cast<int>(qos), retain == Retain::yes ? 1 : 0, &response);
    if (code == MQTTASYNC_SUCCESS) return {};
    sent_.erase(at);
    if (code == MQTTASYNC_MAX_BUFFERED_MESSAGES) return NotPublished::busy;
    // It can be gone already, with the note about that still to be polled.
    return NotPublished::not_connected;
}

}  // namespace counterfoil::link
