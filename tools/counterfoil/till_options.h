#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/counterfoil/exit_code.h"

namespace counterfoil::tool {

// What all commands of a till share.
struct TillOptions {
    std::string data;
    bool json = false;
    std::string screen = "shell";
    std::string request;
    std::string approve;   // a manager's name
    std::string pin_file;  // whose first line is the PIN; empty: standard input
    std::string language;  // "hu", "en"; empty: as the till is set up
};

struct TillInitOptions {
    TillOptions till;
    std::string terminal;
    std::int64_t store = 1;
    std::int64_t columns = 42;
};

struct TillSignInOptions {
    TillOptions till;
    std::string staff;
};

// A cart: items, a member, coupons; or one that was parked.
struct TillCartOptions {
    TillOptions till;
    std::vector<std::string> items;
    std::string parked;
    std::string member;
    std::vector<std::string> coupons;
    std::string reason;  // for changed prices
    std::string label;   // of a basket to be parked
    std::vector<std::string> cash;
    std::vector<std::string> card;
    std::vector<std::string> voucher;
};

struct TillRefundOptions {
    TillOptions till;
    std::int64_t receipt = 0;
    std::vector<std::string> lines;
    std::string tender;
    std::string reference;
    std::string reason;
};

struct TillResetOptions {
    TillOptions till;
    std::string export_to;
    bool check = false;  // whether it may be; nothing is changed
};

struct TillPruneOptions {
    TillOptions till;
    std::optional<std::int64_t> keep_days;  // in the place of the shop's setting
};

// Commands with an amount, a text or a number at most.
struct TillPlainOptions {
    TillOptions till;
    std::string amount;
    std::string text;
    std::int64_t receipt = 0;
};

ExitCode till_init(const TillInitOptions& options);
ExitCode till_reset(const TillResetOptions& options);
ExitCode till_prune(const TillPruneOptions& options);
ExitCode till_status(const TillPlainOptions& options);
ExitCode till_sign_in(const TillSignInOptions& options);
ExitCode till_sign_out(const TillPlainOptions& options);

ExitCode till_open(const TillPlainOptions& options);
ExitCode till_close(const TillPlainOptions& options);
ExitCode till_report(const TillPlainOptions& options);
ExitCode till_cash_in(const TillPlainOptions& options);
ExitCode till_cash_out(const TillPlainOptions& options);
ExitCode till_drawer(const TillPlainOptions& options);

ExitCode till_quote(const TillCartOptions& options);
ExitCode till_sell(const TillCartOptions& options);
ExitCode till_train(const TillCartOptions& options);
ExitCode till_park(const TillCartOptions& options);
ExitCode till_parked(const TillPlainOptions& options);
ExitCode till_drop(const TillPlainOptions& options);

ExitCode till_refund(const TillRefundOptions& options);
ExitCode till_void(const TillPlainOptions& options);
ExitCode till_reprint(const TillPlainOptions& options);
ExitCode till_products(const TillPlainOptions& options);
ExitCode till_member(const TillPlainOptions& options);
ExitCode till_points(const TillPlainOptions& options);

}  // namespace counterfoil::tool
