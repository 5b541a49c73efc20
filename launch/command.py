"""The command line of `run.py`."""

from __future__ import annotations

from launch import demo
from launch.environment import SetupFailed
from launch.libraries import LibrariesMissing
from launch.processes import ChildFailed, StopAsked, heed_signals
from launch.tasks import TASKS
from launch.words import chinese, open_mouth, say, say_text

HELP_EN = """\
python3 run.py [--fresh] [--offscreen]   set up what is missing, then run the demo: centre, printer, till
python3 run.py test [pytest arguments]   run the tests
python3 run.py check                     format, lint, types, import contracts, coverage of the rules
python3 run.py bench [--json] [names]    measure, each figure beside its limit
python3 run.py pictures [folder]         draw the README's pictures again, or every screen of online orders
python3 run.py translations              collect texts to translate, compile translations
python3 run.py lock                      write the lock files again from pyproject.toml"""

HELP_ZH = """\
python3 run.py [--fresh] [--offscreen]   补齐安装，然后运行演示：中心服务器、打印机、收银端
python3 run.py test [pytest 参数]        运行测试
python3 run.py check                     格式、静态检查、类型、导入约束、规则的测试覆盖
python3 run.py bench [--json] [名称]     测量，每项与其极限并列
python3 run.py pictures [文件夹]         重新生成 README 的图片，或生成线上订单的所有画面
python3 run.py translations              收集待译文本并编译翻译
python3 run.py lock                      由 pyproject.toml 重新生成锁定文件"""

SETUP_FAILED = 2


def main(arguments: list[str]) -> int:
    """Do what the command line asks and return its exit code; a stop by signal gives 128 + its number."""
    open_mouth()
    if arguments and arguments[0] in ("help", "--help", "-h"):
        say_text(HELP_ZH if chinese() else HELP_EN)
        return 0
    heed_signals()
    try:
        return _run(arguments)
    except (SetupFailed, LibrariesMissing):
        return SETUP_FAILED
    except ChildFailed:
        return 1
    except StopAsked as asked:
        say("stopped")
        return 128 + asked.number


def _run(arguments: list[str]) -> int:
    if not arguments or arguments[0].startswith("-"):
        return demo.main(arguments)
    if arguments[0] not in TASKS:
        say("unknown_task", task=arguments[0], tasks=" ".join(TASKS))
        return SETUP_FAILED
    return TASKS[arguments[0]](arguments[1:])
