"""The networks give what the official implementations gave, tensor by tensor."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from inference.cabinet.loading import network_of
from inference.models import adain, gatys, vgg_caffe


class Case:
    """A folder: case.json, weights and tensors, and pictures where it goes from end to end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        told = json.loads((folder / "case.json").read_text())
        self.system = told["system"]
        self.options = told["options"]
        self.tolerance = told["tolerance"]
        self.end_to_end = told["kind"] == "end_to_end"
        self.tensors = load_file(folder / "io.safetensors")

    def network(self):
        return network_of(load_file(self.folder / "weights.safetensors"), "weights.safetensors")

    def picture(self, name, short_px=0, crop=False):
        """A picture of the folder as (1,3,H,W) in 0..1, prepared as the official programs do."""
        picture = Image.open(self.folder / f"{name}.png")
        if short_px:
            ratio = short_px / min(picture.size)
            size = [
                short_px if side == min(picture.size) else int(side * ratio)
                for side in picture.size
            ]
            picture = picture.resize(size, Image.Resampling.BILINEAR)
        if crop:
            left, top = (round((side - short_px) / 2) for side in picture.size)
            picture = picture.crop((left, top, left + short_px, top + short_px))
        return torch.tensor(np.asarray(picture)).movedim(2, 0)[None].contiguous() / 255


def test_case(case):
    told = Case(case)
    if told.system not in SYSTEMS:
        pytest.fail(f"there is no system {told.system!r} here", pytrace=False)
    found = SYSTEMS[told.system](told)
    expected = {name: told.tensors[name] for name in told.tolerance if name in told.tensors}
    if told.end_to_end:
        expected["out.png"] = torch.tensor(np.asarray(Image.open(case / "out.png"))).float()
    assert set(found) == set(told.tolerance) == set(expected)
    for name, wanted in expected.items():
        ulp = np.spacing(np.float32(float(wanted.abs().max())))
        bound = max(1e-4, 4 * told.tolerance[name], 4 * ulp)
        assert found[name].shape == wanted.shape, name
        off = float((found[name] - wanted).abs().max())
        assert off <= bound, f"{name}: off by {off:.3g}, {bound:.3g} is allowed"


# The systems: each gives what a case has tolerances for.


def run_adain(case):
    net, options = case.network(), case.options
    content, style = (case.tensors[name] for name in ("content", "style"))
    if case.end_to_end:
        crop = options["crop"]
        content = case.picture("in", options["content_size"], crop)
        names = ["style"] + [f"style_{n}" for n in range(1, len(case.tensors["style"]))]
        style = torch.cat([case.picture(name, options["style_size"], crop) for name in names])
    weights = options.get("interpolation_weights", options.get("style_interpolation_weights"))
    weights = [weight / sum(weights) for weight in weights] if weights else [1.0]
    found = {}
    with torch.no_grad():
        if options["preserve_color"]:
            style = adain.recolored(style[0], content[0])[None]
            found["style_coral"] = style
        styles = style.split(1)
        if not case.end_to_end:
            found["content_feature"] = net.encode(content)
            found["adain_feature"] = torch.cat(
                [adain.restyled(found["content_feature"], net.encode(one)) for one in styles]
            )
        found["output"] = net(content, styles, weights, options["alpha"])
    if case.end_to_end:
        found["out.png"] = saved(found["output"] * 255 + 0.5)
    return found


def run_fast_style(case):
    x = case.picture("in") * 255 if case.end_to_end else case.tensors["x"]
    with torch.no_grad():
        found = {"y": case.network()(x)}
    if case.end_to_end:
        found["out.png"] = saved(found["y"])
    return found


def run_gatys(case):
    """Official layer names are r11 and so on; pictures are prepared: BGR, 0..255, less the mean."""
    options, net = case.options, case.network()
    net = vgg_caffe.build(replace(vgg_caffe.recognise(net.state_dict()), pool=options["pool"]))
    net.load_state_dict(load_file(case.folder / "weights.safetensors"))
    if case.end_to_end:
        content, style = (
            net.prepared(case.picture(name, options["img_size"])) for name in ("content", "style")
        )
        start = content
    else:
        style, content, start = (
            case.tensors[f"{name}_image"] for name in ("style", "content", "start")
        )
    layers, depths = options["style_layers"], options["content_layers"]
    judge = notebook_judge(net, options, content, style)
    at_start = judge(start)
    losses = [at_start.terms[our(name)] for name in layers] + [at_start.terms["content"]]
    # L-BFGS blows rounding up: in float32 the end depends on the processor
    exact = notebook_judge(net.double(), options, content.double(), style.double())
    image, history = descend(exact, start.double(), options["lbfgs_max_iter"])
    found = {
        "losses_start": torch.tensor([*losses, at_start.loss]),
        "gradient_start": at_start.gradient,
        "loss_history": torch.tensor(history),
        "image_after": image.float(),
        **{f"gram_style_{name}": judge.parts[0].grams[our(name)][None] for name in layers},
        **{f"content_{name}": judge.content[our(name)] for name in depths},
    }
    if case.end_to_end:
        found["out.png"] = saved(net.picture_of(image).clamp(0, 1) * 255).float()
    return found


def notebook_judge(net, options, content, style):
    names = [our(name) for name in options["style_layers"]]
    depths = [our(name) for name in options["content_layers"]]
    weights = gatys.Weights(
        style=dict(zip(names, options["style_weights"], strict=True)),
        content=dict(zip(depths, options["content_weights"], strict=True)),
        scaling="notebook",
        excess=0.0,
    )
    with torch.no_grad():
        grams = {name: gatys.gram_of(maps) for name, maps in net.maps(style, names).items()}
        targets = net.maps(content, depths)
    return gatys.Judge(net.maps, weights, targets, [gatys.Part(grams)])


def descend(judge, start, iterations):
    """One step of the notebook's optimiser: the picture after it, and the losses on the way."""
    image, history = start.clone().requires_grad_(), []

    def closure():
        verdict = judge(image.detach())
        image.grad = verdict.gradient
        history.append(verdict.loss)
        return verdict.loss

    torch.optim.LBFGS([image], max_iter=iterations).step(closure)
    return image.detach(), history


def our(name):
    return f"relu{name[1]}_{name[2]}"


def saved(samples):
    """(1,3,H,W) cut off to whole numbers of 0..255, (H,W,3)."""
    return samples.clamp(0, 255).floor()[0].movedim(0, 2)


SYSTEMS = {"adain": run_adain, "fast-style": run_fast_style, "gatys": run_gatys}
