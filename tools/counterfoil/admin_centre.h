#pragma once

#include "firmware/core/base/id.h"
#include "firmware/core/crypto/random.h"
#include "firmware/core/http/client.h"
#include "tools/counterfoil/admin_options.h"
#include "tools/counterfoil/admin_session.h"

namespace counterfoil::tool {

struct AdminRequest {
    http::Method method = http::Method::get;
    std::string target;  // encoded, with its query
    std::string body = {};
    std::string content_type = "application/json";
};

// A centre, asked in the name of whoever is signed in.
class AdminCentre {
  public:
    // With the session of the options' file.
    static AdminOutcome<AdminCentre> open(const AdminOptions& options);

    // Signs in and keeps the session in the file.
    static AdminOutcome<AdminSession> sign_in(const AdminOptions& options, AdminSession where,
                                              const std::string& pin);
    // Ends the session at the centre, and removes the file.
    static AdminOutcome<void> sign_out(const AdminOptions& options);

    // What was answered, where it was done. A token that ran out is renewed first; a write bears
    // the options' key, or one of its own.
    AdminOutcome<http::Response> ask(const AdminRequest& request);

    // Of the account that has this e-mail address or card, the id; an id is itself.
    AdminOutcome<std::string> account_of(const std::string& text);

    const AdminOptions& options() const { return options_; }

  private:
    AdminCentre(const AdminOptions& options, AdminSessionFile file, AdminSession session,
                http::Client client)
        : options_(options),
          file_(std::move(file)),
          session_(std::move(session)),
          client_(std::move(client)) {}

    AdminOutcome<std::string> account_of_card(const std::string& card);
    AdminOutcome<void> renew(const std::string& refused_token);
    base::Result<http::Response> send(const AdminRequest& request, const std::string& key);

    AdminOptions options_;
    AdminSessionFile file_;
    AdminSession session_;
    http::Client client_;
};

}  // namespace counterfoil::tool
