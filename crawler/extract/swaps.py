"""The table of word swaps by which uploads are altered: the genuine word, what stands in its place, and
the company in which only a swapper puts it. Data only; ``altered.py`` counts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["SWAPS", "Swap"]

LOOK_BACK = 24  # characters before a word in which its company is looked for


@dataclass(frozen=True, slots=True)
class Swap:
    """``before`` and ``after``: alternatives of a regular expression for the words beside ``swapped``, of which one
    must stand there (both empty: the word speaks for itself). ``weight`` 2: nobody writes that; 1: odd; 0.5: odd only
    in company of others. ``stem``: what a text must hold for ``swapped`` to match, where that is a pattern."""

    genuine: str
    swapped: str
    weight: float
    before: str = ""
    after: str = ""
    stem: str = ""

    @property
    def shown(self) -> str:
        """The swapped word as a reader would name it."""
        return self.stem or self.swapped

    def finder(self) -> Callable[[str], list[str]]:
        """A function from a text to the places where the word stands in odd company, as printed."""
        word = self.stem or self.swapped
        if self.stem or not (self.before or self.after):
            whole = re.compile(self.swapped)
            return lambda text: whole.findall(text) if word in text else []
        before = re.compile(f"(?:{self.before})$") if self.before else None
        after = re.compile(self.after) if self.after else None

        def find(text: str) -> list[str]:
            found, at = [], text.find(word)
            while at >= 0:
                end = at + len(word)
                behind = after.match(text, end) if after else None
                ahead = before.search(text[max(0, at - LOOK_BACK) : at]) if before and not behind else None
                if behind:
                    found.append(text[at : behind.end()])
                elif ahead:
                    found.append(ahead[0] + word)
                at = text.find(word, end)
            return found

        return find


END = "[，。、；,.;]"

SWAPS: tuple[Swap, ...] = (
    Swap(
        "服务", "效劳", 2.0,
        "卫生|医疗|健康|公共|便民|为民|社会|志愿|优质|惠民|家政|政务|社区|中介|技术|窗口|公益|养老|基层|签约",
        "能力|水平|质量|体系|中心|站|项目|工程|对象|群众|态度|意识|功能|机构|平台|窗口|大厅|工作|业|型|于民|行为|模式|网络",
    ),
    Swap(
        "基本", "根本", 1.0,
        "",
        "公共卫生|医疗|药物|公卫|养老|民生|生活|建设|情况|工资|单元|农田|形成|完成|建成|达到|到达|具备|消除|知识|技能|条件|功能"
        "|满足|药|医保|卫生",
    ),
    Swap(
        "巩固", "稳固", 1.0,
        "进一步|继续|不断|持续|切实",
        "和|扩大|提高|提升|拓展|完善|深化|成果|脱贫|加强|创|国家|城乡|基层|强化|国卫|发展|开展",
    ),
    Swap(
        "达到", "到达", 1.0,
        "率|均|全部|必须|力争|总数|人数|覆盖面",
        "了?(?:\\d|百分|国家标准|国家要求|省级|市级|标准|规范|要求|目标|[一二三四五六七八九十]+(?:级|个|万))",
    ),
    Swap(
        "发展", "开展", 1.0,
        "科学|可持续|又好又快|跨越式?",
        "观|(?:思路|战略|规划|目标|潜力|后劲|理念|道路|格局|不平衡)",
    ),
    Swap(
        "经济发展",
        "(?:经济|社会|事业|产业|行业|协调|平衡|均衡|高质量|健康)开展"
        f"(?:{END}|[的新战规之水趋势]|步伐|速度|局面|质量|环境)",
        1.0, stem="开展",
    ),
    Swap("原则", "那么", 2.0, "原|细|规|准|总|否|附"),
    Swap(
        "基础", "根底", 2.0,
        "坚实的?|良好的?|扎实的?|打下了?|奠定了?|打牢|夯实|群众|物质|思想|工作|薄弱",
        "设施|上|性|教育|知识|工作|医学|护理|数据|建设|条件|理论|薄弱|保障|资料|管理|养老",
    ),
    Swap(
        "安全", "平安", 1.5,
        "食品|药品|医疗|质量|饮水|公共卫生|生产|消防|血液|网络|信息|用药|生命|饮食",
        "生产|消费|隐患|事故|责任|监管|检查|用药|用血|监测|饮用|标准|风险|防护|措施|注射",
    ),
    Swap(
        "规范", "标准", 1.0,
        "更加|切实",
        "(?:行医|执业|诊疗行为|服务行为|效劳|操作流程|执法行为|收费行为|运作)",
    ),
    Swap("项目", "工程", 0.5, "公共卫生服务|公共卫生效劳|公卫|救助|检查|体检|检测|检验|筛查|补助", "补助资金"),
    Swap("水平", "程度", 1.0, "医疗|服务|效劳|管理|技术|业务|生活|诊疗|保障|收入|救治"),
    Swap("能力", "才能", 1.0, "服务|效劳|执法|应急|处置|诊疗|救治|防控|监测|接诊|保障", f"建设{END}"),
    Swap("提高", "进步", 1.0, "着力|切实|有效地?", "服务|效劳|医疗|认识|质量|效率|了?医|业务|办事"),
    Swap("部分", "局部", 1.0, "", "群众|单位|人员|干部|乡镇|领导|医院|医生|学校|同志|职工|企业|居民"),
    Swap("不足", "缺乏", 0.5, "严重|经费投入|人员编制|认识|重视", ""),
    Swap("体现", "表达", 1.0, "充分|集中", "了党|了以人"),
    Swap("结构", "构造", 1.0, "产业|组织|人员|年龄|知识|专业|人才|学历|职称|队伍|收入"),
    Swap("监督", "监视", 1.5, "卫生|执法|社会|舆论|群众|纪律|审计|民主", "执法|检查|所|员|抽检|抽查|体系"),
    Swap("制度", "轨制", 1.0),
    Swap("体制", "体系体例", 2.0),
    Swap("建设", "扶植", 1.0, "队伍|文明|能力|文化|作风|党风|廉政|体系|设施", "成果"),
    Swap("精神", "肉体", 2.0, "会议|全会|讲话|文件|指示|敬业|奉献|创新", "文明|病|障碍|卫生|面貌|状态"),
    Swap("素质", "本质", 1.0, "业务|人员|队伍|干部|全民|身体|职工|整体", "教育"),
    Swap("领导", "指导", 1.0, "分管", "班子|干部重视|高度重视"),
    Swap("满意", "称心", 2.0, "群众|人民|社会|患者|病人", "度|率|工程|医院"),
    Swap("环境", "情况", 1.0, "就医|生态|人居|投资|营商", "整治|卫生整治|保护"),
    Swap("严格", "严厉", 1.0, "", "执行|按照|遵守|落实|把关|管理|实行|规范|控制|责任"),
    Swap("注意事项", "考前须知", 0.5),
)  # fmt: skip
