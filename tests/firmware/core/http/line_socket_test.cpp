#include <gtest/gtest.h>

#include <sys/stat.h>

#include "firmware/core/http/line_socket.h"
#include "tests/support/test_till.h"

namespace counterfoil::http {
namespace {

class LineSocketTest : public testing::Test {
  protected:
    void listen() {
        listener_ =
            LineListener::listen(loop_, path_, [this](base::Descriptor taken) {
                server_ =
                    LineSocket::create(loop_, std::move(taken), calls("server", server_)).value();
            }).value();
    }
    void connect() {
        client_ = LineSocket::connect(loop_, path_, calls("client", client_)).value();
    }
    LineSocket::Calls calls(const std::string& who, std::unique_ptr<LineSocket>& socket) {
        return {[this, who](std::string_view line) { heard(who + ": " + std::string(line)); },
                [this, who, &socket] {
                    socket.reset();
                    heard(who + " has gone");
                }};
    }
    void heard(const std::string& what) {
        heard_.push_back(what);
        loop_.stop();
    }
    // What is heard next; "nothing" where it does not come.
    std::string next() {
        if (heard_.empty()) {
            const Timer patience = loop_.after(5000, [this] { heard("nothing"); });
            loop_.run();
        }
        std::string first = heard_.front();
        heard_.erase(heard_.begin());
        return first;
    }

    test::TemporaryFolder folder_;
    std::filesystem::path path_ = folder_ / "bell";
    Loop loop_;
    std::vector<std::string> heard_;
    std::unique_ptr<LineListener> listener_;
    std::unique_ptr<LineSocket> server_;
    std::unique_ptr<LineSocket> client_;
};

TEST_F(LineSocketTest, CarriesLinesBothWays) {
    listen();
    connect();
    client_->send("one");
    client_->send("two");
    EXPECT_EQ(next(), "server: one");
    EXPECT_EQ(next(), "server: two");
    server_->send("three");
    EXPECT_EQ(next(), "client: three");
}

TEST_F(LineSocketTest, TellsThatTheOtherSideHasGone) {
    listen();
    connect();
    client_->send("one");
    EXPECT_EQ(next(), "server: one");
    server_.reset();
    EXPECT_EQ(next(), "client has gone");
}

TEST_F(LineSocketTest, IsTheOwnersAloneAndTakesTheirPlaceWhoDied) {
    listen();
    struct stat found {};
    ASSERT_EQ(::stat(path_.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777U, 0600U);
    std::filesystem::rename(path_, folder_ / "kept");
    listener_.reset();
    std::filesystem::rename(folder_ / "kept", path_);
    EXPECT_FALSE(LineSocket::connect(loop_, path_, calls("client", client_)).ok());
    listen();
    connect();
    client_->send("one");
    EXPECT_EQ(next(), "server: one");
}

TEST_F(LineSocketTest, EndsWithALineThatIsTooLong) {
    listen();
    connect();
    client_->send(std::string(kMaxLineBytes, 'x'));
    EXPECT_EQ(next().size(), 8 + kMaxLineBytes);
    client_->send(std::string(kMaxLineBytes + 1, 'x'));
    EXPECT_EQ(next(), "server has gone");
}

TEST_F(LineSocketTest, EndsWhereTheOtherSideReadsNothing) {
    listen();
    connect();
    for (int i = 0; i < 1000; ++i) client_->send(std::string(kMaxLineBytes, 'x'));
    listener_.reset();
    EXPECT_EQ(next(), "client has gone");
}

TEST_F(LineSocketTest, NobodyIsThereWhereNobodyListens) {
    const auto refused = LineSocket::connect(loop_, path_, {});
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code(), base::Code::not_found);
    const auto longer = LineSocket::connect(loop_, folder_ / std::string(200, 'x'), {});
    EXPECT_EQ(longer.error().code(), base::Code::invalid_argument);
}

}  // namespace
}  // namespace counterfoil::http
