// expect: tenon: two enumerators have one name
#include "site.hpp"

#ifdef MISUSE
enum class Answer { no, no_ };
BOOST_DESCRIBE_ENUM(Answer, no, no_)
#else
enum class Answer { no, yes_ };
BOOST_DESCRIBE_ENUM(Answer, no, yes_)
#endif
struct Reply {
  std::string id;
  Answer answer = Answer::no;
};
BOOST_DESCRIBE_STRUCT(Reply, (), (id, answer))
template <>
struct tenon::Table<Reply> {
  static constexpr auto name = "replies";
  static constexpr auto key = std::tuple{&Reply::id};
};
void use(const Repository<Reply>& replies) {
  replies.insert(Reply{});
}
