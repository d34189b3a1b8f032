#include "http.hpp"

#include <algorithm>
#include <cctype>
#include <iostream>
#include <map>
#include <memory>

#include <tenon/error.hpp>

#include "../common/crypto.hpp"
#include "../common/output.hpp"

namespace {

using tenon::Error;

constexpr int deepest = 200;  // of a body: whoever copies or prints a document needs stack for each level

// What the library or the database says of what the client sent; anything else is about the inside.
bool is_of_the_request(const Error& error) {
  const std::string& state = error.sqlstate();
  return state.empty() || state.starts_with("22") || state.starts_with("23");
}

int status_of(const Error& error) {
  switch (error.kind()) {
    case Error::Kind::invalid_argument:
      return is_of_the_request(error) ? 400 : 500;
    case Error::Kind::not_found:
      return 404;
    case Error::Kind::already_exists:
    case Error::Kind::conflict:
    case Error::Kind::constraint_violation:
      return 409;
    case Error::Kind::limit_exceeded:
      return error.sqlstate().starts_with("53") ? 503
                                                : 413;  // 53: the server's disk, memory or connections
    case Error::Kind::read_only:                        // in a failover
    case Error::Kind::unavailable:
    case Error::Kind::busy:
    case Error::Kind::timeout:
    case Error::Kind::serialization_failure:
    case Error::Kind::deadlock:
      return 503;
    default:
      return 500;
  }
}

nlohmann::json error_body(int status, const std::string& message) {
  return {{"error", {{"status", status}, {"message", message}}}};
}

void refuse(httplib::Response& response, int status, const std::string& message) {
  if (status == 503) response.set_header("Retry-After", "1");
  send(response, error_body(status, message), status);
}

// As curl sends a body for which it is told no type; httplib takes it apart and only up to 8 KiB of it.
bool is_form(const httplib::Request& request) {
  std::string type = request.get_header_value("Content-Type");
  std::ranges::transform(type, type.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return (request.method == "POST" || request.method == "PUT") &&
         (type.starts_with("application/x-www-form-urlencoded") || type.starts_with("multipart/form-data"));
}

void refuse_form(httplib::Response& response) {
  refuse(response, 415, "send the body as JSON: Content-Type: application/json");
}

// For the log; a path may hold anything.
void complain(const httplib::Request& request, const std::exception& error) {
  std::cerr << common::printable(request.method + " " + request.path + ": " + error.what()) << '\n';
}

void guarded(const Handler& handler, const httplib::Request& request, httplib::Response& response) {
  try {
    handler(request, response);
  } catch (const HttpError& error) {
    refuse(response, error.status(), error.what());
  } catch (const Error& error) {
    const int status = status_of(error);
    if (status >= 500) complain(request, error);
    // What went wrong inside, or where the database is, is nobody's business outside.
    refuse(response, status,
           status == 503              ? "the database does not answer; try again"
           : status == 500            ? "something went wrong inside"
           : is_of_the_request(error) ? error.what()
                                      : "the database refused the request");
  } catch (const std::exception& error) {
    complain(request, error);
    refuse(response, 500, "something went wrong inside");
  }
}

}  // namespace

void send(httplib::Response& response, const nlohmann::json& body, int status) {
  response.status = status;
  response.set_content(body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n",
                       "application/json");
}

nlohmann::json body_of(const httplib::Request& request) {
  const auto within_depth = [](int depth, nlohmann::json::parse_event_t, const nlohmann::json&) {
    if (depth > deepest) throw HttpError(400, "the body is nested deeper than " + std::to_string(deepest));
    return true;
  };
  nlohmann::json body = nlohmann::json::parse(request.body, within_depth, false);
  if (body.is_discarded()) throw HttpError(400, "the body is not JSON");
  return body;
}

std::string path_segment(std::string_view text) {
  std::string segment;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    segment += plain ? std::string(1, c) : "%" + common::hex(common::bytes_of({&c, 1}));
  }
  return segment;
}

void add_route(httplib::Server& server, const std::string& pattern,
               std::initializer_list<std::pair<const char*, Handler>> methods) {
  const auto handlers = std::make_shared<std::map<std::string, Handler>>(methods.begin(), methods.end());
  std::string allow;
  for (const auto& [method, handler] : *handlers) allow += (allow.empty() ? "" : ", ") + method;
  const Handler dispatch = [handlers, allow](const httplib::Request& request, httplib::Response& response) {
    const auto found = handlers->find(request.method == "HEAD" ? "GET" : request.method);
    if (found != handlers->end() && is_form(request)) return refuse_form(response);
    if (found != handlers->end()) return guarded(found->second, request, response);
    response.set_header("Allow", allow);
    refuse(response, 405, request.method + " is not for " + request.path);
  };
  server.Get(pattern, dispatch);
  server.Post(pattern, dispatch);
  server.Put(pattern, dispatch);
  server.Patch(pattern, dispatch);
  server.Delete(pattern, dispatch);
}

void answer_errors_in_json(httplib::Server& server) {
  server.set_error_handler([](const httplib::Request& request, httplib::Response& response) {
    if (!response.body.empty()) return;
    if (is_form(request) && (response.status == 400 || response.status == 413)) {
      response.set_header("Connection", "close");  // httplib may have left the body unread
      return refuse_form(response);
    }
    const char* message = response.status == 404   ? "there is nothing here"
                          : response.status == 413 ? "the body is too large"
                                                   : "the request cannot be served";
    refuse(response, response.status, std::string(message) + ": " + request.path);
  });
}
